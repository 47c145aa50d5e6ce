#include <reprtune/serve/api_error.h>
#include <reprtune/serve/json_request.h>
#include <reprtune/serve/openai_request.h>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

bool has_token_ids(const nlohmann::json& object) {
  const auto input = object.find("input");
  if (input == object.end() || !input->is_array() || input->empty()) return false;
  return input->front().is_number() || input->front().is_array();
}

}  // namespace

OpenaiEmbeddingRequest parse_openai_embedding(std::string_view body) {
  const nlohmann::json object = parse_request(body);
  if (has_token_ids(object)) {
    throw ApiError(ErrorCause::malformed,
                   "'input': expected texts, found token ids, which are those of another tokenizer "
                   "(LangChain: check_embedding_ctx_length=False)",
                   "input");
  }
  OpenaiEmbeddingRequest request;
  request.model = text_member(object, "model");
  request.input = text_or_texts_member(object, "input").value_or(std::vector<std::string>{});
  request.base64 = choice_member(object, "encoding_format", {"float", "base64"}, 0) == 1;
  request.dimensions = whole_member(object, "dimensions");
  return request;
}

}  // namespace reprtune::serve
