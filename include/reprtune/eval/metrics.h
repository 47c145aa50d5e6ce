#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Precision, recall and F1. Absent where they have no meaning: for a class that occurs neither among the true labels
/// nor among the predictions. Otherwise an undefined quotient (0/0) counts as 0, as in scikit-learn.
struct PrecisionRecallF1 {
  std::optional<double> precision;
  std::optional<double> recall;
  std::optional<double> f1;
};

struct ClassMetrics {
  PrecisionRecallF1 scores;
  std::size_t support = 0;  ///< rows whose true label is this class
};

struct Metrics {
  std::size_t rows = 0;
  double accuracy = 0;
  PrecisionRecallF1 macro;     ///< unweighted mean over the classes that occur
  PrecisionRecallF1 weighted;  ///< mean weighted by support
  std::vector<ClassMetrics> per_class;                   // [C]
  std::vector<std::vector<std::size_t>> confusion;       // [C true][C predicted]
  double log_loss = 0;                                   ///< mean negative natural log of the true class's probability
  double expected_calibration_error = 0;                 ///< 15 equal-width bins of the top probability (Guo et al. 2017)
};

/// `truth`: [B] class indices; `probabilities`: [B, C] row-major, each row summing to 1; the prediction is the first
/// largest. Needs at least one row and one class.
Metrics compute_metrics(std::span<const std::size_t> truth, std::span<const float> probabilities, std::size_t classes);

/// The JSON shape of `reprtune evaluate --format json`.
nlohmann::ordered_json metrics_json(const Metrics& metrics, const std::vector<std::string>& labels);

}  // namespace reprtune
