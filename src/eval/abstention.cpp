#include <reprtune/eval/abstention.h>

#include "scored_answers.h"

#include <cassert>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

double share(std::size_t part, std::size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

Json value_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

}  // namespace

std::optional<double> fit_threshold(std::span<const std::size_t> truth, std::span<const float> probabilities,
                                    std::size_t classes, double precision) {
  assert(precision > 0 && precision < 1);
  const std::vector<ScoredAnswer> sorted = sorted_answers(truth, probabilities, classes);
  std::optional<double> threshold;
  std::size_t right = 0;
  double expected = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    right += sorted[i].right ? 1 : 0;
    expected += static_cast<double>(sorted[i].probability);
    const bool last = i + 1 == sorted.size();
    if (!last && sorted[i + 1].probability == sorted[i].probability) continue;  // kept or withheld together
    if ((share(right + 1, i + 3) + expected / static_cast<double>(i + 1)) / 2 < precision) continue;
    threshold = last ? 0 : static_cast<double>(sorted[i].probability);
  }
  return threshold;
}

AnsweredRows score_answered(std::span<const std::size_t> truth, std::span<const float> probabilities,
                            std::size_t classes, double threshold) {
  assert(!truth.empty());
  AnsweredRows result;
  std::size_t right = 0;
  for (const ScoredAnswer& answer : scored_answers(truth, probabilities, classes)) {
    if (answer.probability < static_cast<float>(threshold)) continue;
    ++result.rows;
    right += answer.right ? 1 : 0;
  }
  result.coverage = share(result.rows, truth.size());
  if (result.rows > 0) result.accuracy = share(right, result.rows);
  return result;
}

Json abstention_json(const Abstention& abstention, const AnsweredRows& answered) {
  return {{"precision", abstention.precision > 0 ? Json(abstention.precision) : Json()},
          {"threshold", value_or_null(abstention.threshold)},
          {"answered", answered.rows},
          {"coverage", answered.coverage},
          {"accuracy", value_or_null(answered.accuracy)}};
}

}  // namespace reprtune
