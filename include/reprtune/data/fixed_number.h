#pragma once

#include <string>

namespace reprtune {

/// A number with so many decimals, to the nearest and ties to even, whatever the locale: 0.91345 with two of
/// them as "0.91".
std::string fixed_number(double number, int decimals);

}  // namespace reprtune
