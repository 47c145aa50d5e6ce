#pragma once

#include <reprtune/serve/backend.h>
#include <reprtune/serve/http_message.h>
#include <reprtune/serve/openai_request.h>

namespace reprtune::serve {

/// POST /v1/embeddings.
HttpResponse openai_embeddings(const Backend& backend, const HttpRequest& request);
/// GET /v1/models.
HttpResponse openai_models(const Backend& backend, const HttpRequest& request);

}  // namespace reprtune::serve
