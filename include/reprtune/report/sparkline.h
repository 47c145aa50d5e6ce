#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace reprtune {

/// Finite values as a row of at most `width` block characters, lowest to highest; neighbours are averaged to
/// fit.
std::string sparkline(const std::vector<double>& values, std::size_t width);

}  // namespace reprtune
