#include <reprtune/infer/near_duplicates.h>
#include <reprtune/model/pooling.h>

#include <algorithm>
#include <cassert>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

namespace reprtune {
namespace {

constexpr std::int64_t kBlock = 256;

/// int64 [B].
at::Tensor as_tensor(std::span<const std::size_t> labels) {
  const at::Tensor tensor = at::empty({static_cast<std::int64_t>(labels.size())}, at::kLong);
  std::ranges::copy(labels, tensor.mutable_data_ptr<std::int64_t>());
  return tensor;
}

}  // namespace

std::vector<NearDuplicate> near_duplicates(const at::Tensor& vectors, std::span<const std::size_t> labels,
                                           double least) {
  assert(vectors.size(0) == static_cast<std::int64_t>(labels.size()));
  const c10::InferenceMode inference;
  const std::int64_t rows = std::min(vectors.size(0), static_cast<std::int64_t>(kComparedRows));
  const at::Tensor unit = l2_normalize(vectors.slice(0, 0, rows));
  const at::Tensor classes = as_tensor(labels.first(static_cast<std::size_t>(rows)));
  std::vector<NearDuplicate> found;
  for (std::int64_t begin = 0; begin + 1 < rows; begin += kBlock) {
    const at::Tensor others = unit.slice(0, begin), block = unit.slice(0, begin, begin + kBlock);
    const at::Tensor same =
        classes.slice(0, begin, begin + kBlock).unsqueeze(1).eq(classes.slice(0, begin).unsqueeze(0));
    // Above the diagonal are the rows behind each.
    const at::Tensor cosines = at::mm(block, others.t()).masked_fill(same, -2).triu(1);
    const auto [best, place] = cosines.max(1);
    for (std::int64_t i = 0; i < best.size(0); ++i) {
      const auto cosine = static_cast<double>(best[i].item<float>());
      if (cosine < least) continue;
      found.push_back({static_cast<std::size_t>(begin + i),
                       static_cast<std::size_t>(begin + place[i].item<std::int64_t>()), cosine});
    }
  }
  std::ranges::stable_sort(
      found, [](const NearDuplicate& a, const NearDuplicate& b) { return a.cosine > b.cosine; });
  return found;
}

}  // namespace reprtune
