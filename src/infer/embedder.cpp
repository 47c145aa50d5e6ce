#include <reprtune/infer/embedder.h>
#include <reprtune/infer/parallel.h>
#include <reprtune/io/error.h>
#include <reprtune/model/packed_batch.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <numeric>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

/// Most tokens in one step: more would push the activations out of the processor's second-level cache.
constexpr std::size_t kTokensPerStep = 1024;
/// Texts tokenized at a time by one thread.
constexpr std::size_t kTextsPerSlice = 64;

/// Cuts rows, longest first, into steps of at most batch_size rows and about kTokensPerStep tokens.
std::vector<std::vector<std::size_t>> plan_steps(std::span<const std::vector<std::int32_t>> ids,
                                                 std::size_t batch_size) {
  std::vector<std::size_t> order(ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return ids[a].size() > ids[b].size(); });
  std::vector<std::vector<std::size_t>> steps;
  std::size_t tokens = 0;
  for (const std::size_t row : order) {
    const bool full = !steps.empty() && (steps.back().size() >= std::max<std::size_t>(batch_size, 1) ||
                                         tokens + ids[row].size() > kTokensPerStep);
    if (steps.empty() || full) {
      steps.emplace_back();
      tokens = 0;
    }
    steps.back().push_back(row);
    tokens += ids[row].size();
  }
  return steps;
}

}  // namespace

TokenizedTexts tokenize(const Model& model, std::span<const std::string> texts, Truncation truncation,
                        std::size_t threads) {
  TokenizedTexts result;
  result.ids.resize(texts.size());
  result.full_lengths.resize(texts.size());
  const auto max_length = static_cast<std::size_t>(model.max_length());
  parallel_for(threads, (texts.size() + kTextsPerSlice - 1) / kTextsPerSlice, [&](std::size_t slice) {
    Encoding encoding;
    const std::size_t end = std::min(texts.size(), (slice + 1) * kTextsPerSlice);
    for (std::size_t i = slice * kTextsPerSlice; i < end; ++i) {
      model.tokenizer().encode(texts[i], max_length, truncation, encoding);
      result.ids[i] = encoding.ids;
      result.full_lengths[i] = encoding.full_length;
    }
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
                             std::size_t threads) {
  std::vector<std::string> texts;
  std::vector<std::uint64_t> lines;
  for (const Example& example : data.examples) {
    texts.push_back(example.text);
    lines.push_back(example.line);
  }
  TokenizedTexts tokens = tokenize(model, texts, truncation, threads);
  if (truncation == Truncation::none)
    refuse_long_texts(data.name, lines, tokens.full_lengths, model.max_length());
  return tokens;
}

at::Tensor embed_tokens(const Model& model, std::span<const std::vector<std::int32_t>> ids,
                        const EmbedOptions& options, const EmbedProgress& progress) {
  const auto H = static_cast<std::size_t>(model.hidden_size());
  at::Tensor vectors = at::empty({static_cast<std::int64_t>(ids.size()), model.hidden_size()}, at::kFloat);
  auto* const out = vectors.mutable_data_ptr<float>();
  const auto steps = plan_steps(ids, options.batch_size);
  std::mutex progress_mutex;
  const std::size_t threads = model.device().is_cpu() ? options.threads : 1;
  parallel_for(threads, steps.size(), [&](std::size_t step) {
    const PackedBatch batch = pack(ids, steps[step]);
    const at::Tensor embedded = model.embed(batch).contiguous();
    const auto* in = embedded.const_data_ptr<float>();
    for (std::size_t i = 0; i < steps[step].size(); ++i) {
      std::memcpy(out + steps[step][i] * H, in + i * H, H * sizeof(float));
    }
    if (!progress) return;
    const std::lock_guard lock(progress_mutex);
    progress(static_cast<std::size_t>(batch.tokens()));
  });
  return vectors;
}

}  // namespace reprtune
