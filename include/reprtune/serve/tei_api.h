#pragma once

#include <reprtune/serve/backend.h>
#include <reprtune/serve/http_message.h>
#include <reprtune/serve/tei_request.h>

#include <span>
#include <string>
#include <vector>

namespace reprtune::serve {

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
