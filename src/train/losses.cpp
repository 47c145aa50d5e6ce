#include <reprtune/model/pooling.h>
#include <reprtune/train/losses.h>

#include <limits>

#include <ATen/ATen.h>

namespace reprtune {

at::Tensor supervised_contrastive_loss(const at::Tensor& vectors, const at::Tensor& labels,
                                       double temperature) {
  const at::Tensor same = labels.unsqueeze(0).eq(labels.unsqueeze(1)).to(vectors.scalar_type());
  return overlap_contrastive_loss(vectors, same, temperature);
}

at::Tensor overlap_contrastive_loss(const at::Tensor& vectors, const at::Tensor& overlap,
                                    double temperature) {
  const at::Tensor z = l2_normalize(vectors);
  const at::Tensor itself = at::eye(z.size(0), z.options().dtype(at::kBool).requires_grad(false));
  const at::Tensor similarity =
      (at::mm(z, z.t()) / temperature).masked_fill(itself, -std::numeric_limits<float>::infinity());
  const at::Tensor log_probability = at::log_softmax(similarity, 1).masked_fill(itself, 0);  // [B, B]
  const at::Tensor weight = overlap.masked_fill(itself, 0);
  const at::Tensor weights = weight.sum(1);  // [B]
  const at::Tensor anchor_loss =
      -(log_probability * weight).sum(1) / weights.masked_fill(weights.eq(0), 1);  // 0 without partner
  return anchor_loss.sum() / weights.gt(0).sum().clamp_min(1);
}

namespace {

/// The mean of x where mask is 1, 0 where it is nowhere.
at::Tensor masked_mean(const at::Tensor& x, const at::Tensor& mask) {
  return (x * mask).sum() / mask.sum().clamp_min(1);
}

}  // namespace

at::Tensor cosine_contrastive_loss(const at::Tensor& vectors, const at::Tensor& labels) {
  const at::Tensor z = l2_normalize(vectors);
  const at::Tensor cosines = at::mm(z, z.t());  // [B, B]
  const at::Tensor same = labels.unsqueeze(0).eq(labels.unsqueeze(1)).to(cosines.scalar_type());
  const at::Tensor partners = same - at::eye(z.size(0), z.options().requires_grad(false));
  const at::Tensor within = masked_mean((1 - cosines).square(), partners);
  const at::Tensor between = masked_mean(cosines.square(), 1 - same);
  return (within + between) / 2;
}

at::Tensor label_overlap(const at::Tensor& sets) {
  const at::Tensor common = at::mm(sets, sets.t()), sizes = sets.sum(1);  // whole numbers, exact in float
  return common / (sizes.unsqueeze(0) + sizes.unsqueeze(1) - common).clamp_min(1);
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

at::Tensor label_set_loss(const at::Tensor& logits, const at::Tensor& sets, double focal_gamma) {
  const at::Tensor log_p = at::log_sigmoid(at::where(sets.gt(0), logits, -logits));  // [B, C]
  if (focal_gamma == 0) return log_p.neg().sum(1).mean();
  const at::Tensor doubt = at::expm1(log_p).neg().clamp_min(1e-12);
  return (doubt.pow(focal_gamma) * log_p.neg()).sum(1).mean();
}

}  // namespace reprtune
