#include <reprtune/model/packed_batch.h>

#include <algorithm>
#include <cassert>
#include <numeric>

#include <ATen/ATen.h>

namespace reprtune {

PackedBatch pack(std::span<const std::vector<std::int32_t>> rows) {
  std::vector<std::size_t> indices(rows.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return pack(rows, indices);
}

PackedBatch pack(std::span<const std::vector<std::int32_t>> ids, std::span<const std::size_t> indices) {
  const auto row = [&](std::int64_t place) -> const std::vector<std::int32_t>& {
    return ids[indices[static_cast<std::size_t>(place)]];
  };
  PackedBatch batch;
  batch.order.resize(indices.size());
  std::iota(batch.order.begin(), batch.order.end(), std::int64_t{0});
  std::stable_sort(batch.order.begin(), batch.order.end(),
                   [&](std::int64_t a, std::int64_t b) { return row(a).size() < row(b).size(); });

  std::int64_t tokens = 0;
  for (const std::int64_t place : batch.order) {
    const auto length = static_cast<std::int64_t>(row(place).size());
    assert(length > 0);
    if (batch.groups.empty() || batch.groups.back().length != length)
      batch.groups.push_back({tokens, 0, length});
    ++batch.groups.back().rows;
    batch.offsets.push_back(tokens);
    tokens += length;
  }
  batch.offsets.push_back(tokens);
  batch.ids = at::empty({tokens}, at::kLong);
  batch.positions = at::empty({tokens}, at::kLong);
  auto* id = batch.ids.mutable_data_ptr<std::int64_t>();
  auto* position = batch.positions.mutable_data_ptr<std::int64_t>();
  for (const std::int64_t place : batch.order) {
    id = std::copy(row(place).begin(), row(place).end(), id);
    std::iota(position, position + row(place).size(), std::int64_t{0});
    position += row(place).size();
  }
  return batch;
}

}  // namespace reprtune
