#pragma once

#include <reprtune/train/linear_probe.h>
#include <reprtune/train/losses.h>

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The linear probe of rows with one label each, by their cross-entropy. labels: [B] int64 below `classes`.
inline LinearProbe logistic_regression(const at::Tensor& vectors, const at::Tensor& labels,
                                       std::int64_t classes, const LinearProbe& known = {}) {
  const auto loss = [&](const at::Tensor& logits) { return classification_loss(logits, labels, {}); };
  return fit_linear_probe(vectors, classes, loss, kProbeInversePenalty, known);
}

}  // namespace reprtune
