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

/// Half the mean of (1 - c)^2 over the pairs of rows of one class plus half the mean of c^2 over the pairs of
/// two, c being the cosine similarity; what there is no pair for counts 0. With pairs that are drawn, as many
/// of either kind, it is what SetFit trains by (Tunstall et al., "Efficient Few-Shot Learning Without
/// Prompts", 2022). vectors: [B, H] float32, normalised here; labels: [B] int64. Differentiable scalar.
at::Tensor cosine_contrastive_loss(const at::Tensor& vectors, const at::Tensor& labels);

/// supervised_contrastive_loss() where rows may have any number of labels: a pair weighs as much as its rows
/// overlap, so an anchor's loss is minus the mean of the log of that softmax over all other rows, weighted by
/// overlap; averaged over the anchors that overlap with any. Overlap is the Jaccard similarity of the label
/// sets (Lin et al., "An Effective Deployment of Contrastive Learning in Multi-label Text Classification",
/// Findings of ACL 2023), and an anchor's weights sum to one (Su et al., "Contrastive Learning-Enhanced
/// Nearest Neighbor Mechanism for Multi-Label Text Classification", ACL 2022); with one label per row it is
/// the loss above. overlap: [B, B] float32, its diagonal is not read.
at::Tensor overlap_contrastive_loss(const at::Tensor& vectors, const at::Tensor& overlap, double temperature);

/// The Jaccard similarity of the label sets of each two rows, 0 for rows without a label: what neither has
/// tells nothing of their likeness. sets: [B, C] float32 of 0 and 1 -> [B, B].
at::Tensor label_overlap(const at::Tensor& sets);

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

/// The same for sigmoids: the mean over the rows of the sum over the labels of -(1 - p)^focal_gamma log p, p
/// being the probability of what is true, that the row has the label or has it not. focal_gamma 0 is binary
/// cross-entropy. Summed over the labels it is the negative log likelihood of a row's label set, as
/// cross-entropy is that of its class. logits, sets: [B, C] float32, sets of 0 and 1. Differentiable scalar.
at::Tensor label_set_loss(const at::Tensor& logits, const at::Tensor& sets, double focal_gamma = 0);

}  // namespace reprtune
