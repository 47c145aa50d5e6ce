#include <reprtune/infer/vector_index.h>
#include <reprtune/model/pooling.h>

#include <algorithm>
#include <cassert>
#include <numeric>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

namespace reprtune {
namespace {

std::span<const float> values_of(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

/// The same of length 1, as [B, H].
at::Tensor unit_rows(std::span<const float> vectors, std::size_t H) {
  assert(vectors.size() % H == 0);
  const at::Tensor rows =
      at::empty({static_cast<std::int64_t>(vectors.size() / H), static_cast<std::int64_t>(H)}, at::kFloat);
  std::ranges::copy(vectors, rows.mutable_data_ptr<float>());
  return l2_normalize(rows).contiguous();
}

}  // namespace

VectorIndex::VectorIndex(const at::Tensor& vectors) {
  assert(vectors.dim() == 2 && vectors.size(0) > 0);
  const c10::InferenceMode inference;
  unit_ = l2_normalize(vectors).contiguous();
  plane_ = fit_plane(values_of(unit_), dimension());
  places_ = plane_.places(values_of(unit_));
}

std::size_t VectorIndex::size() const { return static_cast<std::size_t>(unit_.size(0)); }
std::size_t VectorIndex::dimension() const { return static_cast<std::size_t>(unit_.size(1)); }

std::vector<VectorIndex::Neighbour> VectorIndex::nearest(std::span<const float> vector,
                                                         std::size_t count) const {
  assert(vector.size() == dimension());
  const c10::InferenceMode inference;
  const at::Tensor products = at::mv(unit_, unit_rows(vector, dimension())[0]).contiguous();
  const std::span<const float> cosines = values_of(products);
  std::vector<std::size_t> order(size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto nearer = [&](std::size_t a, std::size_t b) {
    return cosines[a] != cosines[b] ? cosines[a] > cosines[b] : a < b;
  };
  const std::size_t found = std::min(count, size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(found), order.end(), nearer);
  std::vector<Neighbour> neighbours;
  for (std::size_t i = 0; i < found; ++i)
    neighbours.push_back({order[i], std::clamp(cosines[order[i]], -1.0F, 1.0F)});
  return neighbours;
}

float VectorIndex::cosine(std::size_t row, std::span<const float> vector) const {
  assert(row < size() && vector.size() == dimension());
  const c10::InferenceMode inference;
  const at::Tensor own = unit_[static_cast<std::int64_t>(row)];
  return at::dot(own, unit_rows(vector, dimension())[0]).item<float>();
}

std::vector<float> VectorIndex::places(std::span<const float> vectors) const {
  const c10::InferenceMode inference;
  return plane_.places(values_of(unit_rows(vectors, dimension())));
}

}  // namespace reprtune
