#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include <reprtune/model/model.h>

namespace reprtune {

/// How texts are run through a model; none of it changes a result beyond rounding.
struct EmbedOptions {
  std::size_t threads = 1;
  std::size_t batch_size = 64;  ///< most rows in one step of one thread
};

/// Token ids of texts, in their order.
struct TokenizedTexts {
  std::vector<std::vector<std::int32_t>> ids;  // [B][T]
  std::vector<std::size_t> full_lengths;       // [B] before truncation
};

/// Tokenizes texts to at most model.max_length() tokens, in parallel.
TokenizedTexts tokenize(const Model& model, std::span<const std::string> texts, Truncation truncation, std::size_t threads);

/// Called from worker threads, one at a time, with the tokens embedded since the last call.
using EmbedProgress = std::function<void(std::size_t tokens)>;

/// Vectors of tokenized texts, [B, H] float32 in their order. Rows are sorted by length into steps without padding.
at::Tensor embed_tokens(const Model& model, std::span<const std::vector<std::int32_t>> ids, const EmbedOptions& options,
                        const EmbedProgress& progress = {});

}  // namespace reprtune
