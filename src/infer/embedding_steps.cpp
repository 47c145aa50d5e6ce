#include "embedding_steps.h"

#include <reprtune/model/packed_batch.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

/// Most tokens in one step: more would push the activations out of the processor's second-level cache.
constexpr std::size_t kTokensPerStep = 1024;

std::string_view bytes_of(const std::vector<std::int32_t>& ids) {
  return {reinterpret_cast<const char*>(ids.data()), ids.size() * sizeof(std::int32_t)};
}

/// The rows to compute; those that repeat one of them are noted in `copies`.
std::vector<std::size_t> rows_to_compute(std::span<const std::vector<std::int32_t>> ids, bool deduplicate,
                                         std::vector<std::pair<std::size_t, std::size_t>>& copies) {
  std::vector<std::size_t> rows;
  std::unordered_map<std::string_view, std::size_t> first;
  for (std::size_t row = 0; row < ids.size(); ++row) {
    if (deduplicate) {
      const auto [found, added] = first.emplace(bytes_of(ids[row]), row);
      if (!added) {
        copies.emplace_back(row, found->second);
        continue;
      }
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

EmbeddingSteps plan_steps(std::span<const std::vector<std::int32_t>> ids, const EmbedOptions& options) {
  EmbeddingSteps steps;
  std::vector<std::size_t> order = rows_to_compute(ids, options.deduplicate, steps.copies);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return ids[a].size() > ids[b].size(); });
  const std::size_t most_rows = std::max<std::size_t>(options.batch_size, 1);
  std::size_t tokens = 0;
  for (const std::size_t row : order) {
    const bool full = !steps.rows.empty() &&
                      (steps.rows.back().size() >= most_rows || tokens + ids[row].size() > kTokensPerStep);
    if (steps.rows.empty() || full) {
      steps.rows.emplace_back();
      tokens = 0;
    }
    steps.rows.back().push_back(row);
    tokens += ids[row].size();
  }
  return steps;
}

void embed_step(const Model& model, std::span<const std::vector<std::int32_t>> ids,
                std::span<const std::size_t> rows, float* vectors) {
  const auto H = static_cast<std::size_t>(model.hidden_size());
  const at::Tensor embedded = model.embed(pack(ids, rows)).contiguous();
  const auto* from = embedded.const_data_ptr<float>();
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::memcpy(vectors + rows[i] * H, from + i * H, H * sizeof(float));
}

void copy_repeated(const EmbeddingSteps& steps, std::size_t H, float* vectors) {
  for (const auto& [row, same] : steps.copies)
    std::memcpy(vectors + row * H, vectors + same * H, H * sizeof(float));
}

}  // namespace reprtune
