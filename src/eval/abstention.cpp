#include <reprtune/eval/abstention.h>

#include "scored_answers.h"

#include <cassert>
#include <limits>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

double share(std::size_t part, std::size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

Json value_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

/// The answers down to some probability.
struct Kept {
  std::size_t rows = 0, right = 0;
  double expected = 0;  ///< right ones, by the probabilities

  void add(const ScoredAnswer& answer) {
    ++rows;
    right += answer.right ? 1 : 0;
    expected += static_cast<double>(answer.probability);
  }
  /// The share of right ones by the rule of succession.
  double counted() const { return share(right + 1, rows + 2); }
  double mean_probability() const { return expected / static_cast<double>(rows); }
};

/// Calls `visit` with all answers of each probability, the highest first, and whether they are the last.
template <typename Visit>
void for_each_probability(std::span<const ScoredAnswer> sorted, const Visit& visit) {
  for (std::size_t first = 0, end = 0; first < sorted.size(); first = end) {
    while (end < sorted.size() && sorted[end].probability == sorted[first].probability) ++end;
    visit(sorted.subspan(first, end - first), end == sorted.size());
  }
}

std::optional<double> common_threshold(std::span<const ScoredAnswer> sorted, double precision) {
  std::optional<double> threshold;
  Kept kept;
  for_each_probability(sorted, [&](std::span<const ScoredAnswer> equal, bool last) {
    for (const ScoredAnswer& answer : equal) kept.add(answer);
    if ((kept.counted() + kept.mean_probability()) / 2 >= precision)
      threshold = last ? 0 : static_cast<double>(equal.front().probability);
  });
  return threshold;
}

}  // namespace

std::vector<float> Abstention::thresholds(std::size_t classes) const {
  std::vector<float> result(classes, static_cast<float>(threshold.value_or(0)));
  for (std::size_t c = 0; c < class_thresholds.size(); ++c)
    result.at(c) = class_thresholds[c] ? static_cast<float>(*class_thresholds[c])
                                       : std::numeric_limits<float>::infinity();
  return result;
}

std::optional<double> fit_threshold(std::span<const std::size_t> truth, std::span<const float> probabilities,
                                    std::size_t classes, double precision) {
  assert(precision > 0 && precision < 1);
  return common_threshold(sorted_answers(truth, probabilities, classes), precision);
}

std::vector<std::optional<double>> fit_class_thresholds(std::span<const std::size_t> truth,
                                                        std::span<const float> probabilities,
                                                        std::size_t classes, double precision) {
  assert(precision > 0 && precision < 1);
  const std::vector<ScoredAnswer> sorted = sorted_answers(truth, probabilities, classes);
  std::vector<std::size_t> rows_left(classes);
  for (const ScoredAnswer& answer : sorted) ++rows_left[answer.label];
  const std::optional<double> common = common_threshold(sorted, precision);
  std::vector<std::optional<double>> thresholds(classes);
  for (std::size_t c = 0; c < classes; ++c)
    if (rows_left[c] == 0) thresholds[c] = common;

  Kept all;
  std::vector<Kept> by_class(classes);
  for_each_probability(sorted, [&](std::span<const ScoredAnswer> equal, bool) {
    for (const ScoredAnswer& answer : equal) {
      all.add(answer);
      by_class[answer.label].add(answer);
      --rows_left[answer.label];
    }
    for (const ScoredAnswer& answer : equal) {
      const Kept& kept = by_class[answer.label];
      const double counted = (static_cast<double>(kept.right) + kCommonAnswers * all.counted()) /
                             (static_cast<double>(kept.rows) + kCommonAnswers);
      if ((counted + kept.mean_probability()) / 2 >= precision)
        thresholds[answer.label] = rows_left[answer.label] == 0 ? 0 : static_cast<double>(answer.probability);
    }
  });
  return thresholds;
}

AnsweredRows score_answered(std::span<const std::size_t> truth, std::span<const float> probabilities,
                            std::span<const float> thresholds) {
  assert(!truth.empty());
  Kept kept;
  for (const ScoredAnswer& answer : scored_answers(truth, probabilities, thresholds.size()))
    if (answer.probability >= thresholds[answer.label]) kept.add(answer);
  AnsweredRows result;
  result.rows = kept.rows;
  result.coverage = share(kept.rows, truth.size());
  if (kept.rows > 0) result.accuracy = share(kept.right, kept.rows);
  return result;
}

Json abstention_json(const Abstention& abstention, const AnsweredRows& answered,
                     const std::vector<std::string>& labels) {
  Json json = {{"precision", abstention.precision > 0 ? Json(abstention.precision) : Json()},
               {"threshold", value_or_null(abstention.threshold)}};
  for (std::size_t c = 0; c < abstention.class_thresholds.size(); ++c)
    json["class_thresholds"][labels.at(c)] = value_or_null(abstention.class_thresholds[c]);
  json["answered"] = answered.rows;
  json["coverage"] = answered.coverage;
  json["accuracy"] = value_or_null(answered.accuracy);
  return json;
}

}  // namespace reprtune
