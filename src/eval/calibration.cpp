#include <reprtune/eval/calibration.h>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace reprtune {
namespace {

constexpr double kLowestTemperature = 0.05;
constexpr double kHighestTemperature = 20;
constexpr double kPriorDeviation = 0.5;  // of the normal prior of log T
constexpr int kHalvings = 60;  // of an interval of ln(400) in log T: far below the precision of a float

// Softmax of one row into `probabilities`, shifted by the largest logit so that nothing overflows.
void softmax_row(std::span<const float> logits, double temperature, std::vector<double>& probabilities) {
  const double largest = static_cast<double>(*std::max_element(logits.begin(), logits.end()));
  double sum = 0;
  for (std::size_t c = 0; c < logits.size(); ++c) {
    probabilities[c] = std::exp((static_cast<double>(logits[c]) - largest) / temperature);
    sum += probabilities[c];
  }
  for (double& p : probabilities) p /= sum;
}

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

double true_share(std::size_t rows) { return 1 - 1 / (static_cast<double>(rows) + 2); }

float largest_other(std::span<const float> logits, std::size_t truth) {
  const auto true_place = logits.begin() + static_cast<std::ptrdiff_t>(truth);
  const float before = truth == 0 ? logits.back() : *std::max_element(logits.begin(), true_place);
  return truth + 1 == logits.size() ? before
                                    : std::max(before, *std::max_element(true_place + 1, logits.end()));
}

// Derivative of the summed log loss by 1/T: expected logit minus the target's. It rises with 1/T, for the
// loss is convex.
double slope(std::span<const float> logits, std::span<const std::size_t> truth, std::size_t classes,
             double temperature) {
  const double share = true_share(truth.size());
  std::vector<double> probabilities(classes);
  double sum = 0;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    const std::span<const float> z = logits.subspan(row * classes, classes);
    softmax_row(z, temperature, probabilities);
    const double target = share * static_cast<double>(z[truth[row]]) +
                          (1 - share) * static_cast<double>(largest_other(z, truth[row]));
    for (std::size_t c = 0; c < classes; ++c) sum += probabilities[c] * (static_cast<double>(z[c]) - target);
  }
  return sum;
}

// The same where rows may have any number of labels.
double slope(std::span<const float> logits, std::span<const RowLabels> truth, std::size_t classes,
             double temperature) {
  const double share = true_share(truth.size());
  double sum = 0;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    for (std::size_t c = 0; c < classes; ++c) {
      const auto z = static_cast<double>(logits[row * classes + c]);
      sum += z * (sigmoid(z / temperature) - (truth[row].contains(c) ? share : 1 - share));
    }
  }
  return sum;
}

// Where the derivative of the penalised loss by log T changes its sign; slope_at: as slope() above.
template <typename Slope>
double flat_temperature(Slope slope_at) {
  const auto falls_at = [&](double log_temperature) {
    const double temperature = std::exp(log_temperature);
    return slope_at(temperature) / temperature > log_temperature / (kPriorDeviation * kPriorDeviation);
  };
  double low = std::log(kLowestTemperature), high = std::log(kHighestTemperature);
  if (!falls_at(low)) return kLowestTemperature;
  if (falls_at(high)) return kHighestTemperature;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (falls_at(middle) ? low : high) = middle;
  }
  return std::exp((low + high) / 2);
}

}  // namespace

double fit_temperature(std::span<const float> logits, std::span<const std::size_t> truth,
                       std::size_t classes) {
  assert(logits.size() == truth.size() * classes);
  // No rows, one class or equal logits: every temperature is as good as any other.
  if (truth.empty() || classes == 1 || slope(logits, truth, classes, 1.0) == 0) return 1;
  return flat_temperature([&](double temperature) { return slope(logits, truth, classes, temperature); });
}

double fit_sigmoid_temperature(std::span<const float> logits, std::span<const RowLabels> truth,
                               std::size_t classes) {
  assert(logits.size() == truth.size() * classes);
  if (truth.empty() || slope(logits, truth, classes, 1.0) == 0) return 1;
  return flat_temperature([&](double temperature) { return slope(logits, truth, classes, temperature); });
}

std::vector<float> softmax(std::span<const float> logits, std::size_t classes, double temperature) {
  assert(classes > 0 && logits.size() % classes == 0 && temperature > 0);
  std::vector<float> result(logits.size());
  std::vector<double> row(classes);
  for (std::size_t start = 0; start < logits.size(); start += classes) {
    softmax_row(logits.subspan(start, classes), temperature, row);
    std::transform(row.begin(), row.end(), result.begin() + static_cast<std::ptrdiff_t>(start),
                   [](double p) { return static_cast<float>(p); });
  }
  return result;
}

std::vector<float> sigmoid(std::span<const float> logits, double temperature) {
  assert(temperature > 0);
  std::vector<float> result(logits.size());
  std::transform(logits.begin(), logits.end(), result.begin(),
                 [&](float z) { return static_cast<float>(sigmoid(static_cast<double>(z) / temperature)); });
  return result;
}

}  // namespace reprtune
