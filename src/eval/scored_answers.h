#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprtune {

/// The class a model is surest of in one row, and whether it is the true one.
struct ScoredAnswer {
  std::size_t label = 0;
  float probability = 0;
  bool right = false;
};

/// `truth`: [B] class indices; `probabilities`: [B, C] row-major. In the order of the rows.
std::vector<ScoredAnswer> scored_answers(std::span<const std::size_t> truth,
                                         std::span<const float> probabilities, std::size_t classes);

/// The surest first.
std::vector<ScoredAnswer> sorted_answers(std::span<const std::size_t> truth,
                                         std::span<const float> probabilities, std::size_t classes);

}  // namespace reprtune
