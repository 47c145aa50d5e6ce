#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Rows by true (down) and predicted (across) class. Up to 25 classes a table with numbers, coloured by the
/// share of the true class; beyond that a small heat map and the pairs confused most often. `counts`: [C][C];
/// `labels`: [C].
std::string confusion_matrix(const std::vector<std::vector<std::size_t>>& counts,
                             const std::vector<std::string>& labels);

/// The rows that the script shows beneath the matrix when a cell of it is chosen. `examples`: as
/// confusion_examples_json() gives them. Empty when there are none.
std::string confusion_rows(const nlohmann::ordered_json& examples, const std::vector<std::string>& labels);

}  // namespace reprtune
