#pragma once

#include <cstdint>
#include <string_view>

namespace reprtune {

/// CRC-32C (Castagnoli's polynomial, RFC 3720 appendix B.4).
std::uint32_t crc32c(std::string_view bytes);

}  // namespace reprtune
