#pragma once

#include <reprtune/data/dataset.h>

#include <span>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// For each cell of the confusion matrix that has rows, those that the model was surest of: [{"label",
/// "predicted": class indices, "rows": how many, "first": up to five [{"line", "text", "probability": of what
/// was predicted}]}], at most 2,000 cells, those with wrong answers and most rows first. `rows`: with one
/// label each; `probabilities`: [B, C] row-major.
nlohmann::ordered_json confusion_examples_json(const Dataset& rows, std::span<const float> probabilities);

}  // namespace reprtune
