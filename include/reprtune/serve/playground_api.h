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

/// POST /playground/examples, {"model"}: the training examples that the model's folder has, each with its
/// place in the plane in which their embeddings vary most, by the finetuned and by the base model:
/// {"model", "reason", "base", "rows": [{"text", "labels", "finetuned": [x, y], "base": [x, y] or null}]}.
/// No rows when it has none: "reason" says why.
HttpResponse playground_examples(const Backend& backend, const HttpRequest& request);

/// POST /playground/neighbours, {"model", "texts"}: {"model", "reason", "base": {"name", "reason"},
/// "results": [{"finetuned": near, "base": near or null}]}, near: {"nearest": [{"row", "text", "labels",
/// "cosine"}], "votes": [{"label", "votes"}], "place": [x, y]}; votes are the nearest examples of each label,
/// most first. No results when there are no examples; "base" is null in them, and has a reason, when the base
/// model cannot be had.
HttpResponse playground_neighbours(const Backend& backend, const HttpRequest& request);

}  // namespace reprtune::serve
