#include <reprtune/data/display_text.h>
#include <reprtune/data/fixed_number.h>
#include <reprtune/infer/class_probabilities.h>
#include <reprtune/infer/model_review.h>
#include <reprtune/infer/near_duplicates.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr float kUnusual = 0.99F;
constexpr double kNear = 0.99;        // finetuned vectors of a class lie close together anyway
constexpr std::size_t kListed = 100;  // in JSON
constexpr std::size_t kShown = 10;    // as text
constexpr std::size_t kShownText = 60, kShownLabel = 24;

std::span<const float> values(const at::Tensor& contiguous) {
  return {contiguous.const_data_ptr<float>(), static_cast<std::size_t>(contiguous.numel())};
}

/// Sorts rows into those whose label the model knows, whose indices are returned, and labels it does not.
std::vector<std::int64_t> divide_by_label(const LabelSet& labels, const Dataset& data, ModelReview& review) {
  std::vector<std::int64_t> rows;
  std::unordered_map<std::size_t, std::size_t> unknown;  // place of a label of the data
  review.known = data.without_rows();
  review.known.labels = labels;
  for (std::size_t row = 0; row < data.examples.size(); ++row) {
    const Example& example = data.examples[row];
    const std::string& name = data.labels.name(example.labels.only());
    if (const auto label = labels.find(name)) {
      review.known.examples.push_back({example.text, *label, example.line});
      rows.push_back(static_cast<std::int64_t>(row));
    } else {
      const auto [place, added] = unknown.emplace(example.labels.only(), review.unknown_labels.size());
      if (added) review.unknown_labels.push_back({name, 0});
      ++review.unknown_labels[place->second].rows;
    }
  }
  return rows;
}

std::vector<ModelReview::UnusualRow> unusual_rows(const Novelty& novelty, const at::Tensor& vectors) {
  // The novelty of what is farther than every row that was held out.
  const auto held_out = static_cast<float>(novelty.distances().size(0));
  const float limit = std::min(kUnusual, held_out / (held_out + 1));
  std::vector<ModelReview::UnusualRow> rows;
  const std::vector<float> scores = novelty.scores(values(vectors));
  for (std::size_t row = 0; row < scores.size(); ++row)
    if (scores[row] >= limit) rows.push_back({row, scores[row]});
  std::ranges::stable_sort(rows, [](const auto& a, const auto& b) { return a.novelty > b.novelty; });
  return rows;
}

std::string quoted(const std::string& text) { return '"' + display_text(text, kShownText) + '"'; }
std::string label_text(const std::string& label) { return '\'' + display_text(label, kShownLabel) + '\''; }

std::string number_text(double number) { return fixed_number(number, 2); }

/// A heading with the count, and one line for each of the first of a list.
template <typename List, typename Line>
std::string list_text(const std::string& what, const List& list, const Line& line) {
  std::string text = "\n  " + what + ": " + std::to_string(list.size()) + "\n";
  for (std::size_t i = 0; i < std::min(list.size(), kShown); ++i) text += "    " + line(list[i]) + "\n";
  if (list.size() > kShown) text += "    and " + std::to_string(list.size() - kShown) + " more\n";
  return text;
}

}  // namespace

ModelReview review_with_model(const Model& model, const Dataset& data, const EmbedOptions& options) {
  ModelReview review;
  const LabelSet& labels = model.head()->labels;
  const std::vector<std::int64_t> rows = divide_by_label(labels, data, review);
  const TokenizedTexts tokens = tokenize_rows(model, data, Truncation::end, options.threads);
  const at::Tensor vectors = embed_tokens(model, tokens.ids, options);
  const at::Tensor known = vectors.index_select(0, at::tensor(rows, at::kLong)).contiguous();
  review.probabilities = class_probabilities(model, values(known));
  const std::vector<std::size_t> truth = class_indices(review.known.row_labels());
  for (std::size_t row = 0; row < truth.size(); ++row)
    require_probabilities(std::span(review.probabilities).subspan(row * labels.size(), labels.size()),
                          row + 1);
  review.labels = {find_label_issues(truth, review.probabilities, labels.size()),
                   near_duplicates(known, truth, kNear)};
  if (model.novelty()) review.unusual = unusual_rows(*model.novelty(), vectors);
  return review;
}

Json model_review_json(const ModelReview& review, const Dataset& data) {
  Json unknown = Json::array(), unusual = Json::array();
  for (const auto& [label, rows] : review.unknown_labels)
    unknown.push_back({{"label", label}, {"rows", rows}});
  for (std::size_t i = 0; i < std::min(review.unusual.size(), kListed); ++i) {
    const auto& [row, novelty] = review.unusual[i];
    const Example& example = data.examples[row];
    unusual.push_back({{"line", example.line}, {"text", example.text}, {"novelty", novelty}});
  }
  Json json = {{"unknown_labels", std::move(unknown)},
               {"labels", nullptr},
               {"unusual", {{"count", review.unusual.size()}, {"first", std::move(unusual)}}}};
  if (!review.known.examples.empty())
    json["labels"] = label_review_json(review.labels, review.known, review.probabilities);
  return json;
}

std::string model_review_text(const ModelReview& review, const Dataset& data) {
  const auto& known = review.known;
  const auto label_of = [&](std::size_t row) {
    return label_text(known.labels.name(known.examples[row].labels.only()));
  };
  std::string text =
      list_text("labels that the model does not know", review.unknown_labels, [](const auto& each) {
        return label_text(each.label) + ", " + std::to_string(each.rows) +
               (each.rows == 1 ? " row" : " rows");
      });
  text += list_text("labels that the model contradicts", review.labels.issues, [&](const LabelIssue& issue) {
    const Example& example = known.examples[issue.row];
    return "line " + std::to_string(example.line) + ": " + label_of(issue.row) + ", the model says " +
           label_text(known.labels.name(issue.suggested)) + " (" + number_text(issue.suggested_probability) +
           "): " + quoted(example.text);
  });
  text += list_text("nearly the same text, another label", review.labels.duplicates,
                    [&](const NearDuplicate& pair) {
                      return "lines " + std::to_string(known.examples[pair.first].line) + " and " +
                             std::to_string(known.examples[pair.second].line) + ": " + label_of(pair.first) +
                             " " + quoted(known.examples[pair.first].text) + ", " + label_of(pair.second) +
                             " " + quoted(known.examples[pair.second].text);
                    });
  text += list_text("texts unlike the training data", review.unusual, [&](const auto& each) {
    const Example& example = data.examples[each.row];
    return "line " + std::to_string(example.line) + ": " + quoted(example.text);
  });
  return text;
}

}  // namespace reprtune
