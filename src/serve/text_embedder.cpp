#include <reprtune/infer/embedder.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/text_embedder.h>

#include "distinct_texts.h"

#include <utility>

namespace reprtune::serve {
namespace {

RequestQueue::Compute counted(PrometheusMetrics& metrics) {
  return [&metrics](const ServedModel& model, std::span<const RequestQueue::TokenIds> ids) {
    std::size_t tokens = 0;
    for (const auto& row : ids) tokens += row.size();
    metrics.count_batch(ids.size(), tokens);
    return embed_in_this_thread(model.model(), ids, EmbedOptions{});
  };
}

}  // namespace

TextEmbedder::TextEmbedder(const Limits& limits, const RequestQueue::Limits& queue,
                           PrometheusMetrics& metrics)
    : limits_(limits), metrics_(metrics), queue_(queue, counted(metrics)) {}

EmbeddedTexts TextEmbedder::embed(const ServedModel& model, const std::vector<std::string>& texts,
                                  const TextOptions& options, const char* parameter) {
  const auto deadline = std::chrono::steady_clock::now() + limits_.timeout;
  PreparedTexts prepared = prepare(model, texts, options, parameter);
  EmbeddedTexts embedded{{}, prepared.tokens, prepared.truncated};
  embedded.vectors = vectors(model, std::move(prepared.ids), deadline);
  metrics_.count_texts(texts.size(), embedded.tokens, embedded.truncated);
  return embedded;
}

PreparedTexts TextEmbedder::prepare(const ServedModel& model, const std::vector<std::string>& texts,
                                    const TextOptions& options, const char* parameter) const {
  if (texts.empty()) {
    throw ApiError(ErrorCause::malformed,
                   "'" + std::string(parameter) + "': expected at least one text, found none", parameter);
  }
  if (texts.size() > limits_.texts) {
    throw ApiError(ErrorCause::too_many,
                   "'" + std::string(parameter) + "': expected at most " + std::to_string(limits_.texts) +
                       " texts, found " + std::to_string(texts.size()),
                   parameter);
  }
  return model.prepare(texts, options.truncation, options.prompt);
}

std::vector<float> TextEmbedder::vectors(const ServedModel& model, std::vector<RequestQueue::TokenIds> ids) {
  return vectors(model, std::move(ids), std::chrono::steady_clock::now() + limits_.timeout);
}

std::vector<float> TextEmbedder::vectors(const ServedModel& model, std::vector<RequestQueue::TokenIds> ids,
                                         RequestQueue::Deadline deadline) {
  DistinctTexts distinct(std::move(ids));
  return distinct.spread(queue_.embed(model, std::move(distinct.ids), deadline));
}

}  // namespace reprtune::serve
