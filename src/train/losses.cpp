#include <reprtune/model/pooling.h>
#include <reprtune/train/losses.h>

#include <limits>

#include <ATen/ATen.h>

namespace reprtune {

at::Tensor supervised_contrastive_loss(const at::Tensor& vectors, const at::Tensor& labels,
                                       double temperature) {
  const at::Tensor z = l2_normalize(vectors);
  const at::Tensor itself = at::eye(z.size(0), z.options().dtype(at::kBool).requires_grad(false));
  const at::Tensor similarity =
      (at::mm(z, z.t()) / temperature).masked_fill(itself, -std::numeric_limits<float>::infinity());
  const at::Tensor log_probability = at::log_softmax(similarity, 1).masked_fill(itself, 0);  // [B, B]
  const at::Tensor partner = labels.unsqueeze(0).eq(labels.unsqueeze(1)).logical_and(itself.logical_not());
  const at::Tensor partners = partner.sum(1);  // [B]
  const at::Tensor anchor_loss =
      -(log_probability * partner).sum(1) / partners.clamp_min(1);  // 0 without partner
  return anchor_loss.sum() / partners.gt(0).sum().clamp_min(1);
}

namespace {

/// Cross-entropy against the uniform distribution over the classes that are not ruled out. // [B]
at::Tensor uniform_loss(const at::Tensor& log_p) {
  const at::Tensor open = log_p.isfinite();
  return log_p.masked_fill(open.logical_not(), 0).sum(1).neg() / open.sum(1);
}

}  // namespace

at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& labels,
                               const at::Tensor& class_weights, double focal_gamma, double label_smoothing) {
  const at::Tensor all_log_p = at::log_softmax(logits, 1);                       // [B, C]
  const at::Tensor log_p = all_log_p.gather(1, labels.unsqueeze(1)).squeeze(1);  // [B]
  at::Tensor losses = log_p.neg();
  if (focal_gamma > 0) {
    // The power has no derivative at 0 when its exponent is below 1: a row that is certain stays off it.
    losses = losses * at::expm1(log_p).neg().clamp_min(1e-12).pow(focal_gamma);
  }
  if (label_smoothing > 0) {
    losses = (1 - label_smoothing) * losses + label_smoothing * uniform_loss(all_log_p);
  }
  if (!class_weights.defined()) return losses.mean();
  const at::Tensor weights = class_weights.index_select(0, labels);
  return (weights * losses).sum() / weights.sum();
}

}  // namespace reprtune
