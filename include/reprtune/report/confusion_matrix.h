#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace reprtune {

/// Rows by true (down) and predicted (across) class. Up to 25 classes a table with numbers, coloured by the
/// share of the true class; beyond that a small heat map and the pairs confused most often. `counts`: [C][C];
/// `labels`: [C].
std::string confusion_matrix(const std::vector<std::vector<std::size_t>>& counts,
                             const std::vector<std::string>& labels);

}  // namespace reprtune
