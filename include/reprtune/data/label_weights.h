#pragma once

#include <reprtune/data/dataset.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace reprtune {

/// (label, weight), in the order of a LabelSet.
using LabelWeights = std::vector<std::pair<std::string, double>>;

/// Reads a CSV (or .gz) of the rows label,weight, with or without a header whose second cell is "weight". A
/// weight is a number from 1e-6 to 1e6; only their ratios matter. Every label of the data set that has rows
/// needs exactly one; a label that the data set does not know is taken for a slip. Throws Error(data), one
/// line `file:line: what`.
LabelWeights read_label_weights(const std::filesystem::path& file, const Dataset& data);

}  // namespace reprtune
