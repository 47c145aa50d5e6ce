#include <reprtune/infer/text_stream.h>

#include <algorithm>
#include <future>
#include <optional>
#include <utility>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

constexpr std::size_t kWindowRows = 4096;
constexpr std::size_t kWindowBytes = 4 << 20;

struct Window {
  VectorWindow result;
  std::vector<std::uint64_t> lines;
  StreamTotals totals;
};

std::optional<Window> read_window(RowReader& reader) {
  Window window;
  Row row;
  std::size_t bytes = 0;
  while (window.lines.size() < kWindowRows && bytes < kWindowBytes && reader.next(row)) {
    bytes += row.text.size();
    window.result.texts.push_back(row.text);
    window.result.blank.push_back(row.blank ? 1 : 0);
    window.lines.push_back(row.line);
  }
  return window.lines.empty() ? std::nullopt : std::optional(std::move(window));
}

Window embed_window(Window window, const std::string& name, const Model& model, Truncation truncation,
                    const EmbedOptions& options) {
  TokenizedTexts tokens = tokenize(model, window.result.texts, truncation, options.threads);
  if (truncation == Truncation::none)
    refuse_long_texts(name, window.lines, tokens.full_lengths, model.max_length());
  for (std::size_t i = 0; i < tokens.ids.size(); ++i) {
    window.totals.tokens += tokens.ids[i].size();
    window.totals.truncated += tokens.full_lengths[i] > tokens.ids[i].size() ? 1 : 0;
  }
  window.totals.rows = tokens.ids.size();
  const at::Tensor vectors = embed_tokens(model, tokens.ids, options);
  const auto* data = vectors.const_data_ptr<float>();
  window.result.vectors.assign(data, data + vectors.numel());
  const auto H = static_cast<std::ptrdiff_t>(model.hidden_size());
  for (std::size_t i = 0; i < window.result.blank.size(); ++i) {
    if (window.result.blank[i] == 0) continue;
    std::fill_n(window.result.vectors.begin() + static_cast<std::ptrdiff_t>(i) * H, H, 0.0F);
  }
  return window;
}

}  // namespace

StreamTotals stream_vectors(RowReader& reader, const std::string& name, const Model& model,
                            Truncation truncation, const EmbedOptions& options,
                            const std::function<void(const VectorWindow&)>& consume) {
  StreamTotals totals;
  const auto compute = [&](Window window) {
    return std::async(std::launch::async, embed_window, std::move(window), std::cref(name), std::cref(model),
                      truncation, std::cref(options));
  };
  auto first = read_window(reader);
  if (!first) return totals;
  auto pending = compute(std::move(*first));
  while (pending.valid()) {
    auto following = read_window(reader);
    const Window done = pending.get();
    if (following) pending = compute(std::move(*following));
    totals.rows += done.totals.rows;
    totals.tokens += done.totals.tokens;
    totals.truncated += done.totals.truncated;
    consume(done.result);
  }
  return totals;
}

}  // namespace reprtune
