#pragma once

#include <reprtune/serve/backend.h>
#include <reprtune/serve/cohere_request.h>
#include <reprtune/serve/http_message.h>

namespace reprtune::serve {

/// POST /v1/embed and /v2/embed.
HttpResponse cohere_embed(const Backend& backend, const HttpRequest& request, CohereVersion version);
/// POST /v1/classify: the predictions as `reprtune classify --format cohere` writes them.
HttpResponse cohere_classify(const Backend& backend, const HttpRequest& request);

}  // namespace reprtune::serve
