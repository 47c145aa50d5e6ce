#include <reprtune/train/epoch_choice.h>

#include <cmath>

namespace reprtune {
namespace {

/// With fewer validation rows one row that turns wrong is more than a standard error of macro-F1.
constexpr std::size_t kFewRows = 100;

double chance(double f1, std::size_t rows) { return (rows < kFewRows ? 2 : 1) * standard_error(f1, rows); }

}  // namespace

double standard_error(double share, std::size_t rows) {
  const auto count = static_cast<double>(rows);
  const double smoothed = (share * count + 1) / (count + 2);
  return std::sqrt(smoothed * (1 - smoothed) / (count + 2));
}

bool EpochChoice::add(std::int64_t epoch, const Metrics& metrics) {
  const double f1 = metrics.macro.f1.value_or(0);
  if (highest == 0 || f1 > highest_f1) {
    highest = epoch;
    highest_f1 = f1;
  }
  const bool within = f1 >= highest_f1 - chance(highest_f1, metrics.rows);
  if (within) chosen = epoch;
  return within;
}

}  // namespace reprtune
