#include <reprtune/train/epoch_choice.h>

#include <cmath>

namespace reprtune {
namespace {

/// With a handful of validation rows one that turns wrong can be more than a standard error of macro-F1.
constexpr std::size_t kFewValidationRows = 100;

/// What macro-F1 may lie below the highest and still be as good.
double tolerance(double f1, std::size_t rows) {
  return (rows < kFewValidationRows ? 2 : 1) * standard_error(f1, rows);
}

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
  const bool within = f1 >= highest_f1 - tolerance(highest_f1, metrics.rows);
  if (within) chosen = epoch;
  return within;
}

}  // namespace reprtune
