#pragma once

#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// How unlike the training data a vector is: its Mahalanobis distance to the nearest class, under one
/// covariance for all classes (Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution
/// Samples and Adversarial Attacks", NeurIPS 2018, section 2.1), as its place among the distances of the
/// validation rows.
class Novelty {
 public:
  /// vectors: [B, H] float32 of training rows, labels: [B] their classes; validation: [V, H] float32. The
  /// covariance is shrunk by a hundredth of its mean variance, for there may be fewer rows than dimensions.
  static Novelty fit(const at::Tensor& vectors, std::span<const std::size_t> labels,
                     const at::Tensor& validation);

  /// What fit() found: whitening [H, H], centroids [C, H] whitened, validation distances [V] ascending, all
  /// float32 on the CPU.
  Novelty(at::Tensor whitening, at::Tensor centroids, at::Tensor distances);

  /// Of vectors [B, H] float32 row-major: the share of the validation rows that lie nearer, of one row more
  /// than there were: from 0 to V / (V + 1). Of texts like the validation rows, a share of at most 1 - q is
  /// above q: one minus the conformal p-value (Bates et al., "Testing for Outliers with Conformal p-values",
  /// Annals of Statistics 2023).
  std::vector<float> scores(std::span<const float> vectors) const;

  const at::Tensor& whitening() const { return whitening_; }
  const at::Tensor& centroids() const { return centroids_; }
  const at::Tensor& distances() const { return distances_; }

 private:
  at::Tensor whitening_, centroids_, distances_;
};

}  // namespace reprtune
