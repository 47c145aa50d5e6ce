#pragma once

#include <reprtune/data/row_labels.h>

#include <cstddef>
#include <span>
#include <vector>

namespace reprtune {

/// The probability from which on a row is given a label, for each label. // [C]
///
/// That with the best F1 on these rows, which for a label of few rows is mostly chance ("s-cut overfits":
/// Yang, "A Study on Thresholding Strategies for Text Categorization", SIGIR 2001); so it is drawn, in
/// log-odds, to the one threshold with the best F1 over all labels together (micro), as if that came from
/// kCommonRows more rows with the label. A label that no row has is given the common threshold; 0.5 when no
/// row has any label. `truth`: [B]; `probabilities`: [B, C] row-major.
std::vector<float> fit_label_thresholds(std::span<const RowLabels> truth,
                                        std::span<const float> probabilities, std::size_t classes);

/// How many rows with a label weigh as much as all labels together.
inline constexpr double kCommonRows = 10;

}  // namespace reprtune
