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

/// Of each row: (1 - s) f + s u, where f = -(1 - p)^focal_gamma log p, p being the probability of its class,
/// is the focal loss (Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017, equation 4, for a
/// softmax), u the cross-entropy against the uniform distribution over the classes whose logit is not minus
/// infinity, and s label_smoothing (Szegedy et al., "Rethinking the Inception Architecture for Computer
/// Vision", CVPR 2016, section 7). The mean over the rows, each weighted by its class's weight. focal_gamma 0
/// and s 0: cross-entropy. logits: [B, C] float32; labels: [B] int64; class_weights: [C] or undefined for
/// equal weights. Differentiable scalar.
at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& labels,
                               const at::Tensor& class_weights, double focal_gamma = 0,
                               double label_smoothing = 0);

}  // namespace reprtune
