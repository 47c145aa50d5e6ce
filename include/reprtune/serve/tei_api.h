#pragma once

#include <reprtune/serve/backend.h>
#include <reprtune/serve/http_message.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune::serve {

/// The shapes of Hugging Face's Text Embeddings Inference. "model" is ours, for a server of several.
struct TeiEmbedRequest {
  std::optional<std::string> model;
  std::vector<std::string> inputs;
  Truncation truncation = Truncation::none;
  bool normalize = true;
  std::optional<std::string> prompt_name;
  std::optional<std::int64_t> dimensions;
};

/// Throws ApiError(malformed).
TeiEmbedRequest parse_tei_embed(std::string_view body);

struct TeiPredictRequest {
  std::optional<std::string> model;
  std::vector<std::string> inputs;
  bool is_batch = false;  ///< whether the answer is a list of lists
  bool raw_scores = false;
  Truncation truncation = Truncation::none;
};

/// Throws ApiError(malformed), for a pair of texts too: the models classify single ones.
TeiPredictRequest parse_tei_predict(std::string_view body);

/// [{"score": 0.9, "label": "a"}, ...], best first, of scores [C].
std::string tei_prediction(const std::vector<std::string>& labels, std::span<const float> scores);

/// POST /embed.
HttpResponse tei_embed(const Backend& backend, const HttpRequest& request);
/// POST /predict.
HttpResponse tei_predict(const Backend& backend, const HttpRequest& request);
/// GET /info: of the first model.
HttpResponse tei_info(const Backend& backend, const HttpRequest& request);
/// GET /health: empty.
HttpResponse tei_health(const Backend& backend, const HttpRequest& request);
/// GET /metrics.
HttpResponse tei_metrics(const Backend& backend, const HttpRequest& request);

}  // namespace reprtune::serve
