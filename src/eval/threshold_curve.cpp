#include <reprtune/eval/threshold_curve.h>

#include "scored_answers.h"

#include <algorithm>
#include <cassert>

#include <nlohmann/json.hpp>

namespace reprtune {

std::vector<ThresholdPoint> threshold_curve(std::span<const std::size_t> truth,
                                            std::span<const float> probabilities, std::size_t classes,
                                            std::size_t limit) {
  assert(limit > 0);
  const std::vector<ScoredAnswer> sorted = sorted_answers(truth, probabilities, classes);
  const auto rows = static_cast<double>(sorted.size());
  std::vector<ThresholdPoint> curve;
  std::size_t right = 0;
  double next = std::min(rows, rows / static_cast<double>(limit));  // answers at which a point is due
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    right += sorted[i].right ? 1 : 0;
    const bool last = i + 1 == sorted.size();
    const auto answers = static_cast<double>(i + 1);
    if (!last && (answers < next || sorted[i + 1].probability == sorted[i].probability)) continue;
    curve.push_back({last ? 0 : static_cast<double>(sorted[i].probability), answers / rows,
                     static_cast<double>(right) / answers});
    while (next <= answers) next += rows / static_cast<double>(limit);
  }
  std::reverse(curve.begin(), curve.end());
  return curve;
}

nlohmann::ordered_json threshold_curve_json(std::span<const ThresholdPoint> curve) {
  nlohmann::ordered_json points = nlohmann::ordered_json::array();
  for (const ThresholdPoint& point : curve) {
    points.push_back(
        {{"threshold", point.threshold}, {"coverage", point.coverage}, {"accuracy", point.accuracy}});
  }
  return points;
}

}  // namespace reprtune
