#pragma once

#include <cstdint>
#include <string>

namespace reprtune {

/// 1234567 as "1,234,567".
std::string grouped_number(std::uint64_t number);

}  // namespace reprtune
