#pragma once

#include <reprtune/eval/metrics.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace reprtune {

/// One of several trainings of a run: each but the last holds rows out.
struct Round {
  std::int64_t number = 1, count = 1;
  std::size_t train_rows = 0, held_out_rows = 0;
};

/// "fold 2 of 5", "validation fit" where there is one such round, "final fit".
std::string round_name(const Round& round);

/// Means over the steps since the last report.
struct StepReport {
  std::int64_t step = 0, steps = 0;    ///< steps done, of how many
  std::int64_t epoch = 0, epochs = 0;  ///< the epoch it belongs to, from 1
  double loss = 0, classification_loss = 0, contrastive_loss = 0;
  double learning_rate = 0;
  double tokens_per_second = 0;  ///< without padding: there is none
};

struct ValidationReport {
  std::int64_t step = 0, epoch = 0;
  Metrics metrics;
  bool best = false;  ///< the one to keep up to now, see EpochChoice
};

/// Accuracy and macro-F1 of the baselines on the validation rows.
struct Baselines {
  double majority_accuracy = 0, majority_macro_f1 = 0;
  double probe_accuracy = 0, probe_macro_f1 = 0;  ///< linear probe on the vectors of the base model
};

}  // namespace reprtune
