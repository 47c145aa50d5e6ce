#pragma once

#include <reprtune/eval/abstention.h>
#include <reprtune/eval/metrics.h>
#include <reprtune/model/head.h>
#include <reprtune/train/progress.h>

#include <cstddef>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// What models say about rows that they were not trained on: all that scores, probabilities and novelty are
/// fitted on. V rows, perhaps of several models, each with the rows held out from it.
struct HeldOut {
  std::vector<std::size_t> truth;            ///< [V]
  at::Tensor logits;                         ///< [V, C] float32, not calibrated
  at::Tensor distances;                      ///< [V] float32, see Novelty; in no order
  std::vector<std::size_t> majority, probe;  ///< [V] the answers of the two baselines
  at::Tensor vectors_before;                 ///< [V, H] float32, by the encoder as it was before training

  /// [V, C] row-major.
  std::vector<float> probabilities(double temperature) const;
  std::vector<std::size_t> predictions() const;  ///< [V]
  Metrics score(double temperature) const;
};

/// The likeliest class of each row of logits [B, C].
std::vector<std::size_t> best_classes(const at::Tensor& logits);

/// Metrics of logits [B, C] at a temperature.
Metrics score_logits(std::span<const std::size_t> truth, const at::Tensor& logits, double temperature);

/// The rows of all parts, at least one, in their order.
HeldOut join(std::span<const HeldOut> parts);

/// Scores of the two baselines.
Baselines score_baselines(const HeldOut& held_out, std::size_t classes);

/// Classes as float32 numbers, for a checkpoint, and back. // [V]
at::Tensor class_tensor(const std::vector<std::size_t>& classes);
std::vector<std::size_t> classes_of(const at::Tensor& tensor);

/// Fits the temperature of a head and, with `precision` > 0, its abstention.
void calibrate(Head& head, const HeldOut& held_out, double precision);

/// Which rows a head answers; all of them without an abstention.
AnsweredRows answered_rows(const Head& head, const HeldOut& held_out);

}  // namespace reprtune
