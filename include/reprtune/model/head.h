#pragma once

#include <reprtune/data/label_set.h>
#include <reprtune/eval/abstention.h>

#include <optional>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The classification head: one linear layer on the pooled vector, with a temperature fitted on validation
/// rows.
struct Head {
  LabelSet labels;
  at::Tensor weight;                                    // [C, H] float32
  at::Tensor bias;                                      // [C] float32
  double temperature = 1;                               ///< probabilities are softmax(logits / temperature)
  std::optional<Abstention> abstention = std::nullopt;  ///< when it was asked for

  /// vectors: [B, H] float32 -> logits [B, C].
  at::Tensor logits(const at::Tensor& vectors) const;
};

}  // namespace reprtune
