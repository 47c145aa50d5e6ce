#pragma once

#include <reprtune/serve/backend.h>
#include <reprtune/serve/http_message.h>

namespace reprtune::serve {

/// GET /playground/models: {"models": [{"name", "labels", "multi_label", "threshold", "has_novelty",
/// "max_tokens", "dimensions"}], "max_texts"}; labels null without a head.
HttpResponse playground_models(const Backend& backend, const HttpRequest& request);

/// POST /playground/classify, {"model", "texts"}: {"model", "tokens", "truncated", "results": [...]}, the
/// results as `reprtune classify --format jsonl` writes them, an empty label where the model abstains.
HttpResponse playground_classify(const Backend& backend, const HttpRequest& request);

}  // namespace reprtune::serve
