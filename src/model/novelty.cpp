#include <reprtune/model/novelty.h>

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

namespace reprtune {
namespace {

constexpr double kShrinkage = 0.01;
/// Of the covariance of rows that are all the same.
constexpr double kSmallestVariance = 1e-12;

/// The means of the classes that have rows, [C, H], and the row of it that each of `labels` belongs to.
std::pair<at::Tensor, at::Tensor> class_means(const at::Tensor& vectors,
                                              std::span<const std::size_t> labels) {
  const at::Tensor classes = at::empty({vectors.size(0)}, at::kLong);
  std::copy(labels.begin(), labels.end(), classes.mutable_data_ptr<std::int64_t>());
  const auto [present, place, counts] = at::_unique2(classes, true, true, true);
  const at::Tensor sums = at::zeros({present.size(0), vectors.size(1)}, vectors.options());
  sums.index_add_(0, place, vectors);
  return {sums / counts.unsqueeze(1), place};
}

/// W [H, H] with |W x| the Mahalanobis length of x.
at::Tensor whitening_of(const at::Tensor& residuals) {
  const std::int64_t H = residuals.size(1);
  at::Tensor covariance = at::matmul(residuals.t(), residuals) / static_cast<double>(residuals.size(0));
  const double variance =
      std::max(covariance.trace().item<double>() / static_cast<double>(H), kSmallestVariance);
  const at::Tensor identity = at::eye(H, covariance.options());
  covariance += kShrinkage * variance * identity;
  const at::Tensor lower = at::linalg_cholesky(covariance);
  return at::linalg_solve_triangular(lower, identity, false);
}

/// Distances [B] of vectors [B, H] to the nearest centroid.
at::Tensor nearest(const at::Tensor& whitening, const at::Tensor& centroids, const at::Tensor& vectors) {
  constexpr std::int64_t kWithoutProducts = 2;  // which lose digits, and more of them in larger batches
  const at::Tensor whitened = at::matmul(vectors, whitening.t());
  return std::get<0>(at::cdist(whitened, centroids, 2, kWithoutProducts).min(1));
}

}  // namespace

Novelty::Novelty(at::Tensor whitening, at::Tensor centroids, at::Tensor distances)
    : whitening_(std::move(whitening)), centroids_(std::move(centroids)), distances_(std::move(distances)) {}

Novelty Novelty::fit(const at::Tensor& vectors, std::span<const std::size_t> labels,
                     const at::Tensor& validation) {
  assert(vectors.size(0) == static_cast<std::int64_t>(labels.size()) && !labels.empty());
  const c10::InferenceMode inference;
  const at::Tensor rows = vectors.to(at::kDouble);
  const auto [means, place] = class_means(rows, labels);
  const at::Tensor whitening = whitening_of(rows - means.index_select(0, place));
  const at::Tensor centroids = at::matmul(means, whitening.t()).to(at::kFloat);
  const at::Tensor in_float = whitening.to(at::kFloat).contiguous();
  const at::Tensor distances = nearest(in_float, centroids, validation);
  return {in_float, centroids, std::get<0>(distances.sort())};
}

std::vector<float> Novelty::scores(std::span<const float> vectors) const {
  const c10::InferenceMode inference;
  const std::int64_t H = whitening_.size(0);
  const at::Tensor x = at::empty({static_cast<std::int64_t>(vectors.size()) / H, H}, at::kFloat);
  std::copy(vectors.begin(), vectors.end(), x.mutable_data_ptr<float>());
  const at::Tensor found = nearest(whitening_, centroids_, x).contiguous();
  const float* first = distances_.const_data_ptr<float>();
  const float* last = first + distances_.size(0);
  std::vector<float> result;
  for (std::int64_t i = 0; i < found.size(0); ++i) {
    const auto nearer = std::lower_bound(first, last, found.const_data_ptr<float>()[i]) - first;
    result.push_back(static_cast<float>(nearer) / static_cast<float>(last - first + 1));
  }
  return result;
}

}  // namespace reprtune
