#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace reprtune::serve {

/// RFC 4648, section 4, with padding.
std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace reprtune::serve
