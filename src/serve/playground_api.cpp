#include <reprtune/data/display_text.h>
#include <reprtune/infer/output_text.h>
#include <reprtune/io/json_text.h>
#include <reprtune/serve/playground_api.h>
#include <reprtune/serve/playground_request.h>
#include <reprtune/serve/predictions.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

using Json = nlohmann::ordered_json;

/// [C] by class, null for one that is never answered; null where the model always answers.
Json thresholds_json(const Head& head) {
  if (!head.abstention) return nullptr;
  Json thresholds = Json::array();
  for (const float threshold : head.abstention->thresholds(head.labels.size()))
    thresholds.push_back(std::isfinite(threshold) ? Json(threshold) : Json(nullptr));
  return thresholds;
}

Json model_json(const ServedModel& served) {
  const Model& model = served.model();
  const auto& head = model.head();
  Json json = {{"name", served.name()},
               {"generation", served.generation()},
               {"labels", nullptr},
               {"thresholds", nullptr},
               {"multi_label", false},
               {"has_novelty", false},
               {"max_tokens", model.max_length()},
               {"dimensions", model.hidden_size()}};
  if (!head) return json;
  json["labels"] = head->labels.names();
  json["thresholds"] = thresholds_json(*head);
  json["multi_label"] = head->problem == ProblemType::multi_label;
  json["has_novelty"] = model.novelty().has_value();
  return json;
}

constexpr std::size_t kNearest = 5;
/// Characters of an example's text in the list of all.
constexpr std::size_t kShownCharacters = 200;

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json place(const std::vector<float>& places, std::size_t row) {
  return {places[2 * row], places[2 * row + 1]};
}

Json example_json(const KnownExamples& examples, std::size_t row) {
  Json json = {{"text", display_text(examples.rows[row].text, kShownCharacters)},
               {"labels", examples.rows[row].labels},
               {"finetuned", place(examples.finetuned->places(), row)},
               {"base", nullptr}};
  if (examples.base) json["base"] = place(examples.base->places(), row);
  return json;
}

/// How many of the neighbours have each label, most first; of equal ones the nearest first.
Json votes_json(const KnownExamples& examples, const std::vector<VectorIndex::Neighbour>& nearest) {
  std::vector<std::pair<std::string, std::size_t>> votes;
  for (const auto& neighbour : nearest) {
    for (const std::string& label : examples.rows[neighbour.row].labels) {
      const auto found = std::ranges::find(votes, label, &std::pair<std::string, std::size_t>::first);
      found == votes.end() ? void(votes.emplace_back(label, 1)) : void(++found->second);
    }
  }
  std::ranges::stable_sort(votes, std::greater(), &std::pair<std::string, std::size_t>::second);
  Json json = Json::array();
  for (const auto& [label, count] : votes) json.push_back({{"label", label}, {"votes", count}});
  return json;
}

/// Of each of vectors [B, H]: its nearest examples and its place among them.
std::vector<Json> near_json(const KnownExamples& examples, const VectorIndex& index,
                            std::span<const float> vectors) {
  const std::vector<float> places = index.places(vectors);
  std::vector<Json> all;
  for (std::size_t i = 0; i * index.dimension() < vectors.size(); ++i) {
    const auto nearest = index.nearest(vectors.subspan(i * index.dimension(), index.dimension()), kNearest);
    Json list = Json::array();
    for (const auto& neighbour : nearest) {
      const TrainingExamples::Row& row = examples.rows[neighbour.row];
      list.push_back(
          {{"row", neighbour.row}, {"text", row.text}, {"labels", row.labels}, {"cosine", neighbour.cosine}});
    }
    all.push_back({{"nearest", std::move(list)},
                   {"votes", votes_json(examples, nearest)},
                   {"place", place(places, i)}});
  }
  return all;
}

HttpResponse answer(const Json& json) { return {.body = json_text(json) + "\n"}; }

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
  return answer({{"models", std::move(list)}, {"max_texts", backend.embedder.limits().texts}});
}

HttpResponse playground_classify(const Backend& backend, const HttpRequest& http) {
  const auto [name, texts] = parse_playground(http.body);
  const auto model = backend.models.find(name);
  require_head(*model);
  const EmbeddedTexts embedded = backend.embedder.embed(*model, texts, {}, "texts");
  OutputText out;
  out.add("{\"model\": ").add_json_string(model->name());
  out.add(", \"generation\": ").add(std::to_string(model->generation()));
  out.add(", \"tokens\": ").add(std::to_string(embedded.tokens));
  out.add(", \"truncated\": ").add(std::to_string(embedded.truncated)).add(", \"results\": ");
  out.add(as_list(predictions_text(*model, texts, embedded.vectors, PredictionFormat::jsonl))).add("}\n");
  return {.body = std::string(out.view())};
}

HttpResponse playground_examples(const Backend& backend, const HttpRequest& http) {
  const auto model = backend.models.find(parse_playground(http.body).model);
  const KnownExamples& examples = model->examples();
  Json rows = Json::array();
  for (std::size_t row = 0; row < examples.rows.size(); ++row) rows.push_back(example_json(examples, row));
  return answer({{"model", model->name()},
                 {"generation", model->generation()},
                 {"reason", or_null(examples.reason)},
                 {"base", or_null(model->base_name())},
                 {"rows", std::move(rows)}});
}

HttpResponse playground_neighbours(const Backend& backend, const HttpRequest& http) {
  const auto [name, texts] = parse_playground(http.body);
  const auto model = backend.models.find(name);
  const PreparedTexts prepared = backend.embedder.prepare(*model, texts, {}, "texts");
  const KnownExamples& examples = model->examples();
  const ModelRegistry::Base base = backend.models.base_of(*model);
  Json results = Json::array();
  if (examples.finetuned) {
    auto after = near_json(examples, *examples.finetuned, backend.embedder.vectors(*model, prepared.ids));
    std::vector<Json> before(after.size());
    if (base.model)
      before = near_json(examples, *examples.base, backend.embedder.vectors(*base.model, prepared.ids));
    for (std::size_t i = 0; i < after.size(); ++i)
      results.push_back({{"finetuned", std::move(after[i])}, {"base", std::move(before[i])}});
  }
  return answer({{"model", model->name()},
                 {"generation", model->generation()},
                 {"reason", or_null(examples.reason)},
                 {"base", {{"name", or_null(base.name)}, {"reason", or_null(base.reason)}}},
                 {"results", std::move(results)}});
}

}  // namespace reprtune::serve
