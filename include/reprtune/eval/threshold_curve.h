#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// What is left when answers below a threshold are withheld.
struct ThresholdPoint {
  double threshold = 0;  ///< on the top probability
  double coverage = 0;   ///< share of the rows that are answered
  double accuracy = 0;   ///< share of the answers that is right
};

/// The trade of coverage for accuracy (a risk-coverage curve: El-Yaniv and Wiener, "On the Foundations of
/// Noise-free Selective Classification", JMLR 2010): one point for each probability that a threshold can
/// divide rows at, evenly thinned to `limit` of them; thresholds ascend, the first is 0, which answers every
/// row. `truth`: [B] class indices; `probabilities`: [B, C] row-major. Empty when there are no rows.
std::vector<ThresholdPoint> threshold_curve(std::span<const std::size_t> truth,
                                            std::span<const float> probabilities, std::size_t classes,
                                            std::size_t limit = 100);

/// [{"threshold", "coverage", "accuracy"}].
nlohmann::ordered_json threshold_curve_json(std::span<const ThresholdPoint> curve);

}  // namespace reprtune
