#pragma once

#include <reprtune/data/dataset.h>
#include <reprtune/data/row_labels.h>
#include <reprtune/eval/label_review.h>

#include <span>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The rows whose labels a model that was not trained on them gets wrong, those first whose label is the one
/// to doubt, then by how sure the model was: {"count", "doubtful": how many have a doubtful label, "first":
/// the first 200 [{"line", "text", "label", "predicted", "probability": of what was predicted,
/// "label_probability", "doubtful"}]}. Where rows have any number of labels, sets of them are joined by ", "
/// and there are no probabilities. `predicted`: [B]; `probabilities`: [B, C], empty for such rows; `issues`:
/// of find_label_issues().
nlohmann::ordered_json mistakes_json(const Dataset& rows, std::span<const RowLabels> predicted,
                                     std::span<const float> probabilities,
                                     std::span<const LabelIssue> issues);

}  // namespace reprtune
