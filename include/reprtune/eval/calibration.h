#pragma once

#include <reprtune/data/row_labels.h>

#include <cstddef>
#include <span>
#include <vector>

namespace reprtune {

/// The temperature T > 0 that minimises the log loss of softmax(logits / T) (Guo et al., "On Calibration of
/// Modern Neural Networks", ICML 2017, section 4.2), kept within [0.05, 20]; 1 when there are no rows.
///
/// A few rows, or rows without a mistake, do not make a model certain, nor uncertain. Rows are counted with
/// one right and one wrong answer more than there were: the target of each of B rows is 1 - 1 / (B + 2) for
/// its class and the rest for the likeliest other one (Platt, "Probabilistic Outputs for Support Vector
/// Machines", 1999, section 2.2). And to the sum of the log losses (log T)^2 / (2 * 0.5^2) is added, a normal
/// prior around the 1 that a model is trained with: hundreds of rows outweigh it, four do not.
/// `logits`: [B, C] row-major; `truth`: [B] class indices.
double fit_temperature(std::span<const float> logits, std::span<const std::size_t> truth,
                       std::size_t classes);

/// The same for sigmoid(logits / T), where rows may have any number of labels: one temperature for all
/// labels, the target of a label that a row has being 1 - 1 / (B + 2), of one that it has not 1 / (B + 2).
double fit_sigmoid_temperature(std::span<const float> logits, std::span<const RowLabels> truth,
                               std::size_t classes);

/// softmax(logits / temperature) for each row, [B, C] row-major, in double precision inside.
std::vector<float> softmax(std::span<const float> logits, std::size_t classes, double temperature);

/// sigmoid(logits / temperature) for each number, in double precision inside.
std::vector<float> sigmoid(std::span<const float> logits, double temperature);

}  // namespace reprtune
