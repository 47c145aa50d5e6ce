#pragma once

#include <reprtune/data/label_set.h>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The classification head: one linear layer on the pooled vector, with a temperature fitted on validation
/// rows.
struct Head {
  LabelSet labels;
  at::Tensor weight;       // [C, H] float32
  at::Tensor bias;         // [C] float32
  double temperature = 1;  ///< probabilities are softmax(logits / temperature)

  /// vectors: [B, H] float32 -> logits [B, C].
  at::Tensor logits(const at::Tensor& vectors) const;
};

}  // namespace reprtune
