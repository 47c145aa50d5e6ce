#pragma once

#include <reprtune/text/tokenizer.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune::serve {

enum class CohereVersion { v1, v2 };

/// The number types of Cohere's "embedding_types", by its names.
enum class CohereType { float32, int8, uint8, binary, ubinary, base64 };
std::string_view cohere_type_name(CohereType type);

/// What Cohere calls a use of embeddings, and what prompts of sentence-transformers call it.
struct CohereInputType {
  std::string_view name;
  std::array<std::string_view, 2> prompts;
};
const std::array<CohereInputType, 5>& cohere_input_types();

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

}  // namespace reprtune::serve
