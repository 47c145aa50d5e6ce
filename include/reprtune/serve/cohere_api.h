#pragma once

#include <reprtune/infer/quantization.h>
#include <reprtune/serve/backend.h>
#include <reprtune/serve/http_message.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune::serve {

enum class CohereVersion { v1, v2 };

/// The number types of Cohere's "embedding_types", by its names.
enum class CohereType { float32, int8, uint8, binary, ubinary, base64 };
std::string_view cohere_type_name(CohereType type);

struct CohereEmbedRequest {
  std::optional<std::string> model;
  std::vector<std::string> texts;
  std::string_view input_type;  ///< empty when none is given
  std::vector<CohereType> types;
  bool by_type = true;  ///< whether the answer names the types; else it has floats alone
  Truncation truncation = Truncation::end;
  std::optional<std::int64_t> dimensions;
};

/// Throws ApiError(malformed).
CohereEmbedRequest parse_cohere_embed(std::string_view body, CohereVersion version);

struct CohereClassifyRequest {
  std::optional<std::string> model;
  std::vector<std::string> inputs;
  Truncation truncation = Truncation::end;
};

/// Throws ApiError(malformed), for examples too: a finetuned model has learned from its own.
CohereClassifyRequest parse_cohere_classify(std::string_view body);

/// POST /v1/embed and /v2/embed.
HttpResponse cohere_embed(const Backend& backend, const HttpRequest& request, CohereVersion version);
/// POST /v1/classify: the predictions as `reprtune classify --format cohere` writes them.
HttpResponse cohere_classify(const Backend& backend, const HttpRequest& request);

}  // namespace reprtune::serve
