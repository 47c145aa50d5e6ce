#include "scored_answers.h"

#include <algorithm>
#include <cassert>

namespace reprtune {

std::vector<ScoredAnswer> scored_answers(std::span<const std::size_t> truth,
                                         std::span<const float> probabilities, std::size_t classes) {
  assert(classes > 0 && probabilities.size() == truth.size() * classes);
  std::vector<ScoredAnswer> result;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    const std::span<const float> p = probabilities.subspan(row * classes, classes);
    const auto best = std::max_element(p.begin(), p.end());
    const auto label = static_cast<std::size_t>(best - p.begin());
    result.push_back({label, *best, label == truth[row]});
  }
  return result;
}

std::vector<ScoredAnswer> sorted_answers(std::span<const std::size_t> truth,
                                         std::span<const float> probabilities, std::size_t classes) {
  std::vector<ScoredAnswer> sorted = scored_answers(truth, probabilities, classes);
  std::sort(sorted.begin(), sorted.end(),
            [](const ScoredAnswer& a, const ScoredAnswer& b) { return a.probability > b.probability; });
  return sorted;
}

}  // namespace reprtune
