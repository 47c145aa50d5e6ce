#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune::serve {

struct OpenaiEmbeddingRequest {
  std::optional<std::string> model;
  std::vector<std::string> input;
  bool base64 = false;
  std::optional<std::int64_t> dimensions;
};

/// Throws ApiError(malformed), for token ids too: they would be those of another tokenizer.
OpenaiEmbeddingRequest parse_openai_embedding(std::string_view body);

}  // namespace reprtune::serve
