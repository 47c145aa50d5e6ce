#include <reprtune/eval/mistakes.h>

#include <algorithm>
#include <cassert>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kListed = 200;

struct Mistake {
  std::size_t row = 0;
  bool doubtful = false;
  float probability = 0;
};

Json mistake_json(const Mistake& mistake, const Dataset& rows, std::span<const RowLabels> predicted,
                  std::span<const float> probabilities) {
  const Example& example = rows.examples[mistake.row];
  const auto& names = rows.labels.names();
  Json json = {{"line", example.line},
               {"text", example.text},
               {"label", label_text(example.labels, names, ", ")},
               {"predicted", label_text(predicted[mistake.row], names, ", ")}};
  if (!probabilities.empty()) {
    json["probability"] = mistake.probability;
    json["label_probability"] = probabilities[mistake.row * rows.labels.size() + example.labels.only()];
  }
  json["doubtful"] = mistake.doubtful;
  return json;
}

}  // namespace

Json mistakes_json(const Dataset& rows, std::span<const RowLabels> predicted,
                   std::span<const float> probabilities, std::span<const LabelIssue> issues) {
  assert(predicted.size() == rows.examples.size());
  assert(probabilities.empty() || probabilities.size() == predicted.size() * rows.labels.size());
  std::set<std::size_t> doubtful;
  for (const LabelIssue& issue : issues) doubtful.insert(issue.row);
  std::vector<Mistake> mistakes;
  for (std::size_t row = 0; row < predicted.size(); ++row) {
    if (predicted[row] == rows.examples[row].labels) continue;
    mistakes.push_back({row, doubtful.count(row) > 0, 0});
    if (!probabilities.empty())
      mistakes.back().probability = probabilities[row * rows.labels.size() + predicted[row].only()];
  }
  std::ranges::stable_sort(mistakes, [](const Mistake& a, const Mistake& b) {
    return a.doubtful != b.doubtful ? a.doubtful : a.probability > b.probability;
  });
  Json first = Json::array();
  for (std::size_t i = 0; i < std::min(mistakes.size(), kListed); ++i)
    first.push_back(mistake_json(mistakes[i], rows, predicted, probabilities));
  return {{"count", mistakes.size()},
          {"doubtful", std::ranges::count_if(mistakes, &Mistake::doubtful)},
          {"first", std::move(first)}};
}

}  // namespace reprtune
