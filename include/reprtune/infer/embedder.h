#pragma once

#include <reprtune/data/dataset.h>
#include <reprtune/io/work_progress.h>
#include <reprtune/model/model.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// How texts are run through a model; none of it changes a result beyond rounding.
struct EmbedOptions {
  std::size_t threads = 1;
  std::size_t batch_size = 64;  ///< most rows in one step of one thread
  bool deduplicate = true;      ///< compute texts of the same tokens once, among those at hand
  /// Called before each step, by whichever thread it is; what it throws ends the work.
  std::function<void()> before_step = {};
};

/// Token ids of texts, in their order.
struct TokenizedTexts {
  std::vector<std::vector<std::int32_t>> ids;  // [B][T]
  std::vector<std::size_t> full_lengths;       // [B] before truncation
};

/// Tokenizes texts [first, end) into the same places of `result`, which has room for all.
void tokenize_slice(const Model& model, std::span<const std::string> texts, Truncation truncation,
                    std::size_t first, std::size_t end, TokenizedTexts& result);

/// Tokenizes texts to at most model.max_length() tokens, in parallel.
TokenizedTexts tokenize(const Model& model, std::span<const std::string> texts, Truncation truncation,
                        std::size_t threads, const ProgressListener& progress = {});

/// Throws Error(data) naming the first of the rows `name:line` whose text has more than `max_length` tokens.
void refuse_long_texts(const std::string& name, std::span<const std::uint64_t> lines,
                       std::span<const std::size_t> full_lengths, std::int64_t max_length);

/// Tokenizes the rows of a data set; with Truncation::none, refuses a text that is too long.
TokenizedTexts tokenize_rows(const Model& model, const Dataset& data, Truncation truncation,
                             std::size_t threads, const ProgressListener& progress = {});

/// Called from worker threads, one at a time, with the tokens embedded since the last call.
using EmbedProgress = std::function<void(std::size_t tokens)>;

/// Tells a listener how many of the tokens of `ids` are embedded; `work` is what this is called. Both are
/// used as long as the result is.
EmbedProgress count_embedded(std::string_view work, std::span<const std::vector<std::int32_t>> ids,
                             const ProgressListener& listener);

/// Vectors of tokenized texts, [B, H] float32 in their order. Rows are sorted by length into steps without
/// padding.
at::Tensor embed_tokens(const Model& model, std::span<const std::vector<std::int32_t>> ids,
                        const EmbedOptions& options, const EmbedProgress& progress = {});

/// The same in the calling thread alone, whatever options.threads says. // [B, H] row-major
std::vector<float> embed_in_this_thread(const Model& model, std::span<const std::vector<std::int32_t>> ids,
                                        const EmbedOptions& options);

}  // namespace reprtune
