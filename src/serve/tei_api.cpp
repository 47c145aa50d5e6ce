#include <reprtune/infer/class_probabilities.h>
#include <reprtune/io/json_text.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/embedding_list.h>
#include <reprtune/serve/predictions.h>
#include <reprtune/serve/tei_api.h>

#include <algorithm>
#include <cassert>
#include <numeric>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

/// What stands before the texts. Throws ApiError(malformed) for a prompt that the model does not have.
std::string prompt_named(const ServedModel& model, const std::optional<std::string>& name) {
  if (!name) return {};
  if (!model.has_prompt(*name)) {
    throw ApiError(ErrorCause::malformed,
                   "'prompt_name': model '" + model.name() + "' has no prompt '" + *name + "'",
                   "prompt_name");
  }
  return std::string(model.prompt(*name));
}

nlohmann::ordered_json model_type(const Model& model) {
  if (!model.head()) {
    return {{"embedding", {{"pooling", model.pooling().mode == Pooling::Mode::cls ? "cls" : "mean"}}}};
  }
  nlohmann::ordered_json names, numbers;
  for (std::size_t i = 0; i < model.head()->labels.size(); ++i) {
    names[std::to_string(i)] = model.head()->labels.name(i);
    numbers[model.head()->labels.name(i)] = i;
  }
  return {{"classifier", {{"id2label", names}, {"label2id", numbers}}}};
}

}  // namespace

std::string tei_prediction(const std::vector<std::string>& labels, std::span<const float> scores) {
  assert(labels.size() == scores.size());
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  OutputText out;
  out.add('[');
  for (const std::size_t label : order) {
    out.add(label == order.front() ? "{\"score\": " : ", {\"score\": ").add_probability(scores[label]);
    out.add(", \"label\": ").add_json_string(labels[label]).add('}');
  }
  return std::string(out.add(']').view());
}

HttpResponse tei_embed(const Backend& backend, const HttpRequest& http) {
  const TeiEmbedRequest request = parse_tei_embed(http.body);
  const auto model = backend.models.find(request.model);
  const std::size_t dimensions = checked_dimensions(request.dimensions, *model, "dimensions");
  const TextOptions options{request.truncation, prompt_named(*model, request.prompt_name)};
  const EmbeddedTexts embedded = backend.embedder.embed(*model, request.inputs, options, "inputs");
  const auto H = static_cast<std::size_t>(model->model().hidden_size());
  const bool is_unit = model->model().pooling().normalize;
  auto vectors = cut_vectors(embedded.vectors, H, dimensions, is_unit && request.normalize);
  if (request.normalize && !is_unit) vectors = normalized_vectors(vectors, dimensions);
  require_numbers(vectors);
  OutputText out;
  add_embedding_lists(out, vectors, dimensions, {EmbeddingType::float32, dimensions});
  return {.body = std::string(out.add('\n').view())};
}

HttpResponse tei_predict(const Backend& backend, const HttpRequest& http) {
  const TeiPredictRequest request = parse_tei_predict(http.body);
  const auto model = backend.models.find(request.model);
  require_head(*model);
  const EmbeddedTexts embedded =
      backend.embedder.embed(*model, request.inputs, {.truncation = request.truncation}, "inputs");
  const auto scores = request.raw_scores ? class_logits(model->model(), embedded.vectors)
                                         : class_probabilities(model->model(), embedded.vectors);
  require_numbers(scores);
  const auto& labels = model->model().head()->labels.names();
  std::string body;
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    body += (i == 0 ? "" : ", ") +
            tei_prediction(labels, std::span(scores).subspan(i * labels.size(), labels.size()));
  }
  return {.body = (request.is_batch ? "[" + body + "]" : body) + "\n"};
}

HttpResponse tei_info(const Backend& backend, const HttpRequest&) {
  const auto model = backend.models.find(std::nullopt);
  const auto& queue = backend.embedder.queue().limits();
  const nlohmann::ordered_json info = {
      {"model_id", model->name()},
      {"model_sha", nullptr},
      {"model_dtype", precision_name(model->model().precision())},
      {"model_type", model_type(model->model())},
      {"max_concurrent_requests", queue.waiting_texts},
      {"max_input_length", model->model().max_length()},
      {"max_batch_tokens", queue.batch_tokens},
      {"max_batch_requests", nullptr},
      {"max_client_batch_size", backend.embedder.limits().texts},
      {"auto_truncate", false},
      {"tokenization_workers", queue.workers},
      {"version", REPRTUNE_VERSION},
      {"sha", nullptr},
      {"docker_label", nullptr},
  };
  return {.body = json_text(info) + "\n"};
}

HttpResponse tei_health(const Backend&, const HttpRequest&) {
  return {.content_type = "text/plain", .body = {}};
}

HttpResponse tei_metrics(const Backend& backend, const HttpRequest&) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = backend.metrics.text(backend.embedder.queue().waiting())};
}

}  // namespace reprtune::serve
