#pragma once

#include <reprtune/infer/embedder.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace reprtune {

/// How rows of token ids are cut into steps, each the work of one thread at a time.
struct EmbeddingSteps {
  std::vector<std::vector<std::size_t>> rows;  ///< the rows of each step, longest first
  std::vector<std::pair<std::size_t, std::size_t>>
      copies;  ///< a row, and the one before it with the same ids
};

/// Steps of at most options.batch_size rows and about a thousand tokens, of fewer towards the end.
EmbeddingSteps plan_steps(std::span<const std::vector<std::int32_t>> ids, const EmbedOptions& options);

/// Writes the vectors of the rows of one step into `vectors` [B, H], after options.before_step.
void embed_step(const Model& model, std::span<const std::vector<std::int32_t>> ids,
                std::span<const std::size_t> rows, const EmbedOptions& options, float* vectors);

/// Fills in the rows that were not computed, after all steps.
void copy_repeated(const EmbeddingSteps& steps, std::size_t H, float* vectors);

}  // namespace reprtune
