#pragma once

#include <reprtune/text/tokenizer.h>

#include <cstdint>
#include <optional>
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

}  // namespace reprtune::serve
