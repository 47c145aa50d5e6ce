#include <reprtune/infer/output_text.h>
#include <reprtune/serve/json_request.h>
#include <reprtune/serve/playground_api.h>
#include <reprtune/serve/predictions.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

using Json = nlohmann::ordered_json;

Json model_json(const ServedModel& served) {
  const Model& model = served.model();
  const auto& head = model.head();
  Json json = {{"name", served.name()},
               {"labels", nullptr},
               {"multi_label", false},
               {"threshold", nullptr},
               {"has_novelty", false},
               {"max_tokens", model.max_length()},
               {"dimensions", model.hidden_size()}};
  if (!head) return json;
  json["labels"] = head->labels.names();
  json["multi_label"] = head->problem == ProblemType::multi_label;
  json["has_novelty"] = model.novelty().has_value();
  if (head->abstention && head->abstention->threshold) json["threshold"] = *head->abstention->threshold;
  return json;
}

/// Lines of JSON as the items of a list.
std::string as_list(std::string lines) {
  while (lines.ends_with('\n')) lines.pop_back();
  std::ranges::replace(lines, '\n', ',');  // in a string a line break is "\n"
  return "[" + lines + "]";
}

}  // namespace

HttpResponse playground_models(const Backend& backend, const HttpRequest&) {
  Json list = Json::array();
  for (const auto& model : backend.models.all()) list.push_back(model_json(*model));
  return {.body = Json{{"models", list}, {"max_texts", backend.embedder.limits().texts}}.dump() + "\n"};
}

HttpResponse playground_classify(const Backend& backend, const HttpRequest& http) {
  const nlohmann::json object = parse_request(http.body);
  const auto texts = texts_member(object, "texts").value_or(std::vector<std::string>{});
  const auto model = backend.models.find(text_member(object, "model"));
  require_head(*model);
  const EmbeddedTexts embedded = backend.embedder.embed(*model, texts, {}, "texts");
  OutputText out;
  out.add("{\"model\": ").add_json_string(model->name());
  out.add(", \"tokens\": ").add(std::to_string(embedded.tokens));
  out.add(", \"truncated\": ").add(std::to_string(embedded.truncated)).add(", \"results\": ");
  out.add(as_list(predictions_text(*model, texts, embedded.vectors, PredictionFormat::jsonl))).add("}\n");
  return {.body = std::string(out.view())};
}

}  // namespace reprtune::serve
