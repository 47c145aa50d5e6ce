#include <reprtune/train/selection.h>

#include <algorithm>
#include <cstdint>

#include <ATen/ATen.h>

namespace reprtune {

at::Tensor select(const at::Tensor& vectors, std::span<const std::size_t> places) {
  const at::Tensor index = at::empty({static_cast<std::int64_t>(places.size())}, at::kLong);
  std::ranges::copy(places, index.mutable_data_ptr<std::int64_t>());
  return vectors.index_select(0, index);
}

}  // namespace reprtune
