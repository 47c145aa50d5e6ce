#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Precision, recall and F1. Absent where they have no meaning: for a class that occurs neither among the
/// true labels nor among the predictions. Otherwise an undefined quotient (0/0) counts as 0, as in
/// scikit-learn.
struct PrecisionRecallF1 {
  std::optional<double> precision;
  std::optional<double> recall;
  std::optional<double> f1;
};

struct ClassMetrics {
  PrecisionRecallF1 scores;
  std::size_t support = 0;  ///< rows whose true label is this class
};

/// The rows whose top probability lies in (low, high].
struct ReliabilityBin {
  double low = 0, high = 0;
  std::size_t rows = 0;
  std::optional<double> confidence;  ///< their mean top probability; absent without rows
  std::optional<double> accuracy;    ///< the share of them that is right; absent without rows
};

struct Metrics {
  std::size_t rows = 0;
  double accuracy = 0;
  PrecisionRecallF1 macro;                          ///< unweighted mean over the classes that occur
  PrecisionRecallF1 weighted;                       ///< mean weighted by support
  std::vector<ClassMetrics> per_class;              // [C]
  std::vector<std::vector<std::size_t>> confusion;  // [C true][C predicted]
  /// Mean negative natural log of the true class's probability, which is clipped at the smallest positive
  /// normal float (1.2e-38): a row that is wrong with certainty costs 87.3, not infinity.
  double log_loss = 0;
  std::vector<ReliabilityBin> reliability;  ///< 15 bins of equal width, the lowest first
  /// The mean over the rows of |confidence - accuracy| of their bins (Guo et al. 2017, equation 3).
  double expected_calibration_error = 0;
};

/// `truth`: [B] class indices; `probabilities`: [B, C] row-major, each row summing to 1; the prediction is
/// the first largest. Needs at least one row and one class. Probabilities that are not numbers, of a network
/// that has diverged, give a log loss and a calibration error that mean nothing.
Metrics compute_metrics(std::span<const std::size_t> truth, std::span<const float> probabilities,
                        std::size_t classes);

/// Rows of class `truth` that were predicted as another class.
struct ConfusedPair {
  std::size_t truth = 0;
  std::size_t predicted = 0;
  std::size_t rows = 0;
};

/// The pairs of classes mistaken most often, most rows first (then in class order), at most `limit` of them.
std::vector<ConfusedPair> most_confused(const std::vector<std::vector<std::size_t>>& confusion,
                                        std::size_t limit);

/// The JSON shape of `reprtune evaluate --format json`. `labels`: [C]; absent values are null.
nlohmann::ordered_json metrics_json(const Metrics& metrics, const std::vector<std::string>& labels);

}  // namespace reprtune
