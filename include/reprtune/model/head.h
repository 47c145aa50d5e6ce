#pragma once

#include <reprtune/data/label_set.h>
#include <reprtune/data/problem_type.h>
#include <reprtune/data/row_labels.h>
#include <reprtune/eval/abstention.h>
#include <reprtune/eval/metrics.h>

#include <optional>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The classification head: one linear layer on the pooled vector, with a temperature fitted on validation
/// rows. Where a row has one label, probabilities are the softmax of its logits and the largest names the
/// label; where it may have any number, they are sigmoids, and every label from its own threshold on is
/// given. (Objective knows the difference in training.)
struct Head {
  LabelSet labels;
  at::Tensor weight;                                    // [C, H] float32
  at::Tensor bias;                                      // [C] float32
  double temperature = 1;                               ///< logits are divided by it
  std::optional<Abstention> abstention = std::nullopt;  ///< when it was asked for
  ProblemType problem = ProblemType::single_label;
  std::vector<float> thresholds = {};  ///< [C] probabilities, where rows may have any number of labels

  /// The same with other weights, and neither temperature nor thresholds yet.
  Head with_weights(at::Tensor new_weight, at::Tensor new_bias) const;

  /// vectors: [B, H] float32 -> logits [B, C].
  at::Tensor logits(const at::Tensor& vectors) const;

  // Of logits [B, C] float32, of probabilities [B, C] row-major, and of true labels [B].

  std::vector<float> probabilities(const at::Tensor& logits) const;
  /// The labels that rows are given. // [B]
  std::vector<RowLabels> predict(std::span<const float> probabilities) const;
  Metrics score(std::span<const RowLabels> truth, std::span<const float> probabilities) const;
  void fit_temperature(const at::Tensor& logits, std::span<const RowLabels> truth);
  /// Where there are thresholds, those with the best F1 on these rows (fit_label_thresholds).
  void fit_thresholds(const at::Tensor& logits, std::span<const RowLabels> truth);
};

}  // namespace reprtune
