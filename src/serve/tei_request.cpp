#include <reprtune/serve/json_request.h>
#include <reprtune/serve/tei_request.h>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

using Json = nlohmann::json;

Truncation tei_truncation(const Json& object) {
  const bool cut_left = choice_member(object, "truncation_direction", {"Left", "Right"}, 1) == 0;
  if (!flag_member(object, "truncate", false)) return Truncation::none;
  return cut_left ? Truncation::start : Truncation::end;
}

/// A text, a list of one text, or a list of such lists. A list of two texts is a pair in TEI.
void read_predict_inputs(const Json& object, TeiPredictRequest& request) {
  constexpr const char* kExpected =
      "a text or a list of lists of one text, [[\"a\"], [\"b\"]] (pairs are not classified)";
  const Json inputs = object.value("inputs", Json());
  if (inputs.is_string()) {
    request.inputs.push_back(inputs.get<std::string>());
    return;
  }
  if (!inputs.is_array()) refuse_member("inputs", kExpected, inputs);
  request.is_batch = inputs.empty() || inputs.front().is_array();
  const Json batch = request.is_batch ? inputs : Json::array({inputs});
  for (const Json& item : batch) {
    const bool is_text = item.is_array() && item.size() == 1 && item.front().is_string();
    if (!is_text) refuse_member("inputs", kExpected, item);
    request.inputs.push_back(item.front().get<std::string>());
  }
}

}  // namespace

TeiEmbedRequest parse_tei_embed(std::string_view body) {
  const Json object = parse_request(body);
  TeiEmbedRequest request;
  request.model = text_member(object, "model");
  request.inputs = text_or_texts_member(object, "inputs").value_or(std::vector<std::string>{});
  request.truncation = tei_truncation(object);
  request.normalize = flag_member(object, "normalize", true);
  request.prompt_name = text_member(object, "prompt_name");
  request.dimensions = whole_member(object, "dimensions");
  return request;
}

TeiPredictRequest parse_tei_predict(std::string_view body) {
  const Json object = parse_request(body);
  TeiPredictRequest request;
  request.model = text_member(object, "model");
  read_predict_inputs(object, request);
  request.raw_scores = flag_member(object, "raw_scores", false);
  request.truncation = tei_truncation(object);
  return request;
}

}  // namespace reprtune::serve
