#pragma once

#include <reprtune/eval/metrics.h>

#include <cstdint>

namespace reprtune {

/// Which epoch's weights become the model: the latest one whose macro-F1 on the validation rows lies within
/// one standard error of the highest so far, two where there are fewer than 100 rows. A smaller difference is
/// chance, and then the later epoch is to be had, at whose end the learning rate is lower (the reverse of the
/// "one standard error rule" of Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3,
/// which takes the simpler model). With few validation rows that is nearly always the last epoch, with
/// thousands the best one.
struct EpochChoice {
  std::int64_t chosen = 0;   ///< from 1; 0: none yet
  std::int64_t highest = 0;  ///< the first one with the highest macro-F1
  double highest_f1 = 0;

  /// Whether `epoch`, which comes after all those before, is now the chosen one.
  bool add(std::int64_t epoch, const Metrics& metrics);
};

/// Of a share of `rows` > 0 rows, as if one right and one wrong row were among them, so that it is not 0
/// where all are right.
double standard_error(double share, std::size_t rows);

}  // namespace reprtune
