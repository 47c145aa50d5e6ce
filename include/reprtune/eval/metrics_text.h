#pragma once

#include <reprtune/eval/metrics.h>

#include <string>
#include <vector>

namespace reprtune {

/// The table of `reprtune evaluate --format text`: overall scores, one line per class, how the
/// probabilities compare with the accuracy, the pairs of classes confused most often. Columns are aligned by
/// display width; absent values are a dash. `labels`: [C].
std::string metrics_text(const Metrics& metrics, const std::vector<std::string>& labels);

}  // namespace reprtune
