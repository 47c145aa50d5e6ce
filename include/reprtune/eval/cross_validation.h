#pragma once

#include <reprtune/eval/metrics.h>

#include <cstdint>
#include <span>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// What the model that was trained without a fold says of its rows.
struct FoldScores {
  std::int64_t best_epoch = 0;
  Metrics metrics;
};

struct MeanAndSpread {
  double mean = 0;
  double spread = 0;  ///< standard deviation, with one less than there are values as divisor; 0 of one value
};
MeanAndSpread mean_and_spread(std::span<const double> values);

/// {"folds": [{"fold", "rows", "best_epoch", "accuracy", "precision", "recall", "f1", "log_loss", "ece"}],
/// "mean": {"accuracy", ...}, "spread": {"accuracy", ...}}: precision, recall and F1 are macro averages.
/// `folds`: at least one.
nlohmann::ordered_json cross_validation_json(std::span<const FoldScores> folds);

}  // namespace reprtune
