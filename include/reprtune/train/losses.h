#pragma once

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Supervised contrastive loss (Khosla et al., NeurIPS 2020, equation 2, "out" form; Gunel et al., ICLR
/// 2021): for each anchor with a partner of its class, minus the mean over its partners of the log of the
/// softmax over all other rows of the cosine similarities divided by `temperature`; averaged over these
/// anchors, 0 when there are none. vectors: [B, H] float32, normalised here; labels: [B] int64.
/// Differentiable scalar.
at::Tensor supervised_contrastive_loss(const at::Tensor& vectors, const at::Tensor& labels,
                                       double temperature);

/// Mean cross-entropy of softmax(logits), each row weighted by its class's weight, divided by the sum of the
/// weights. logits: [B, C] float32; labels: [B] int64; class_weights: [C] or undefined for equal weights.
/// Differentiable scalar.
at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& labels,
                               const at::Tensor& class_weights);

}  // namespace reprtune
