#include <reprtune/infer/embedder.h>
#include <reprtune/infer/parallel.h>
#include <reprtune/io/error.h>

#include "embedding_steps.h"

#include <algorithm>
#include <mutex>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

/// Texts tokenized at a time by one thread.
constexpr std::size_t kTextsPerSlice = 64;

}  // namespace

void tokenize_slice(const Model& model, std::span<const std::string> texts, Truncation truncation,
                    std::size_t first, std::size_t end, TokenizedTexts& result) {
  const auto max_length = static_cast<std::size_t>(model.max_length());
  Encoding encoding;
  for (std::size_t i = first; i < end; ++i) {
    model.tokenizer().encode(texts[i], max_length, truncation, encoding);
    result.ids[i] = encoding.ids;
    result.full_lengths[i] = encoding.full_length;
  }
}

TokenizedTexts tokenize(const Model& model, std::span<const std::string> texts, Truncation truncation,
                        std::size_t threads, const ProgressListener& progress) {
  TokenizedTexts result;
  result.ids.resize(texts.size());
  result.full_lengths.resize(texts.size());
  std::mutex progress_mutex;
  std::size_t done = 0;
  parallel_for(threads, (texts.size() + kTextsPerSlice - 1) / kTextsPerSlice, [&](std::size_t slice) {
    const std::size_t first = slice * kTextsPerSlice;
    const std::size_t end = std::min(texts.size(), first + kTextsPerSlice);
    tokenize_slice(model, texts, truncation, first, end, result);
    if (!progress) return;
    const std::lock_guard lock(progress_mutex);
    progress({"tokenizing", done += end - first, texts.size(), "row"});
  });
  return result;
}

void refuse_long_texts(const std::string& name, std::span<const std::uint64_t> lines,
                       std::span<const std::size_t> full_lengths, std::int64_t max_length) {
  for (std::size_t i = 0; i < full_lengths.size(); ++i) {
    if (full_lengths[i] <= static_cast<std::size_t>(max_length)) continue;
    throw Error(ErrorKind::data, name + ":" + std::to_string(lines[i]) + ": text has " +
                                     std::to_string(full_lengths[i]) + " tokens, the model takes " +
                                     std::to_string(max_length) + " (--truncate end or start cuts it)");
  }
}

TokenizedTexts tokenize_rows(const Model& model, const Dataset& data, Truncation truncation,
                             std::size_t threads, const ProgressListener& progress) {
  std::vector<std::string> texts;
  std::vector<std::uint64_t> lines;
  for (const Example& example : data.examples) {
    texts.push_back(example.text);
    lines.push_back(example.line);
  }
  TokenizedTexts tokens = tokenize(model, texts, truncation, threads, progress);
  if (truncation == Truncation::none)
    refuse_long_texts(data.name, lines, tokens.full_lengths, model.max_length());
  return tokens;
}

EmbedProgress count_embedded(std::string_view work, std::span<const std::vector<std::int32_t>> ids,
                             const ProgressListener& listener) {
  if (!listener) return {};
  std::size_t total = 0;
  for (const auto& row : ids) total += row.size();
  return [work, total, &listener, done = std::size_t{0}](std::size_t tokens) mutable {
    listener({work, done += tokens, total, "token"});
  };
}

at::Tensor embed_tokens(const Model& model, std::span<const std::vector<std::int32_t>> ids,
                        const EmbedOptions& options, const EmbedProgress& progress) {
  at::Tensor vectors = at::empty({static_cast<std::int64_t>(ids.size()), model.hidden_size()}, at::kFloat);
  auto* const out = vectors.mutable_data_ptr<float>();
  const EmbeddingSteps steps = plan_steps(ids, options);
  std::mutex progress_mutex;
  const std::size_t threads = model.device().is_cpu() ? options.threads : 1;
  parallel_for(threads, steps.rows.size(), [&](std::size_t step) {
    embed_step(model, ids, steps.rows[step], options, out);
    if (!progress) return;
    std::size_t tokens = 0;
    for (const std::size_t row : steps.rows[step]) tokens += ids[row].size();
    const std::lock_guard lock(progress_mutex);
    progress(tokens);
  });
  copy_repeated(steps, static_cast<std::size_t>(model.hidden_size()), out);
  return vectors;
}

std::vector<float> embed_in_this_thread(const Model& model, std::span<const std::vector<std::int32_t>> ids,
                                        const EmbedOptions& options) {
  const auto H = static_cast<std::size_t>(model.hidden_size());
  std::vector<float> vectors(ids.size() * H);
  const EmbeddingSteps steps = plan_steps(ids, options);
  for (const auto& rows : steps.rows) embed_step(model, ids, rows, options, vectors.data());
  copy_repeated(steps, H, vectors.data());
  return vectors;
}

}  // namespace reprtune
