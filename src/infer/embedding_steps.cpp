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
constexpr std::size_t kMostTokens = 1024;

/// Towards the end a step is this share of what is left, so that all threads end at nearly the same time.
constexpr std::size_t kStepsLeft = 8;

/// Smaller steps would be slower for each token.
constexpr std::size_t kFewestTokens = 256;

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
  std::size_t left = 0, tokens = 0, most_tokens = 0;
  for (const std::size_t row : order) left += ids[row].size();
  for (const std::size_t row : order) {
    const std::size_t length = ids[row].size();
    if (steps.rows.empty() || steps.rows.back().size() >= most_rows || tokens + length > most_tokens) {
      steps.rows.emplace_back();
      tokens = 0;
      most_tokens = std::clamp(left / kStepsLeft, kFewestTokens, kMostTokens);
    }
    steps.rows.back().push_back(row);
    tokens += length;
    left -= length;
  }
  return steps;
}

void embed_step(const Model& model, std::span<const std::vector<std::int32_t>> ids,
                std::span<const std::size_t> rows, const EmbedOptions& options, float* vectors) {
  if (options.before_step) options.before_step();
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
