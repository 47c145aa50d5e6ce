#include <reprtune/kernels/adamw.h>

#include "each_target.h"
#include "random_values.h"

#include <cmath>

namespace reprtune::kernels {
namespace {

constexpr std::size_t kCount = 85;

struct Weights {
  std::vector<float> weight = random_values<float>(kCount, 1), first = std::vector<float>(kCount),
                     second = std::vector<float>(kCount);
  std::vector<BFloat16> copy = std::vector<BFloat16>(kCount);
  AdamWState state() { return {weight.data(), first.data(), second.data(), copy.data()}; }
};

AdamWStep step_at(int t, double rate = 0.01, double decay = 0.1) {
  return {.decay = static_cast<float>(1 - rate * decay),
          .rate = static_cast<float>(rate / (1 - std::pow(0.9, t))),
          .root_factor = static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, t)))};
}

class AdamWTest : public EachTarget {};

TEST_P(AdamWTest, StepsAreThoseOfThePaper) {
  Weights weights;
  const auto start = weights.weight;
  std::vector<double> m(kCount), v(kCount), w(start.begin(), start.end());
  for (int t = 1; t <= 20; ++t) {
    const auto a = random_values<float>(kCount, 100 + static_cast<std::uint64_t>(t));
    const auto b = random_values<float>(kCount, 200 + static_cast<std::uint64_t>(t));
    AdamWStep step = step_at(t);
    step.gradient_factor = 0.5F;
    const float* const gradients[] = {a.data(), b.data()};
    adamw(step, gradients, kCount, weights.state());
    for (std::size_t i = 0; i < kCount; ++i) {
      const double g = (static_cast<double>(a[i]) + b[i]) * 0.5;
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      w[i] = w[i] * (1 - 0.01 * 0.1) -
             0.01 * (m[i] / (1 - std::pow(0.9, t))) / (std::sqrt(v[i] / (1 - std::pow(0.999, t))) + 1e-8);
    }
  }
  for (std::size_t i = 0; i < kCount; ++i) {
    EXPECT_NEAR(weights.weight[i], w[i], 1e-5);
    EXPECT_NEAR(to_float(weights.copy[i]), weights.weight[i], tolerance<BFloat16>(weights.weight[i]));
  }
}

TEST_P(AdamWTest, StepsWithoutGradientCanWait) {
  const auto gradient = random_values<BFloat16>(kCount, 5);
  const std::vector<BFloat16> zeros(kCount);
  const BFloat16* const some[] = {gradient.data()};
  const BFloat16* const none[] = {zeros.data()};
  Weights now, later;
  std::vector<AdamWStep> missed;
  for (Weights* weights : {&now, &later}) adamw(step_at(1), some, kCount, weights->state());
  for (int t = 2; t <= 900; ++t) {  // until the first moments are gone
    adamw(step_at(t), none, kCount, now.state());
    missed.push_back(step_at(t));
  }
  adamw_without_gradient(missed, kCount, later.state());
  EXPECT_EQ(now.weight, later.weight);
  EXPECT_EQ(now.first, later.first);
  EXPECT_EQ(now.second, later.second);
  EXPECT_EQ(now.first, std::vector<float>(kCount));
}

TEST_P(AdamWTest, WeightsThatNeverMovedOnlyDecay) {
  Weights weights;
  const auto start = weights.weight;
  const std::vector<AdamWStep> missed = {step_at(1), step_at(2)};
  adamw_without_gradient(missed, kCount, weights.state());
  for (std::size_t i = 0; i < kCount; ++i) EXPECT_NEAR(weights.weight[i], start[i] * 0.999 * 0.999, 1e-7);
}

TEST_P(AdamWTest, SquaresOfTheSum) {
  const auto a = random_values<float>(10'007, 1), b = random_values<float>(10'007, 2);
  double expected = 0;
  for (std::size_t i = 0; i < a.size(); ++i) expected += std::pow(static_cast<double>(a[i]) + b[i], 2);
  const float* const gradients[] = {a.data(), b.data()};
  EXPECT_NEAR(sum_of_squares(gradients, a.size()) / expected, 1, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(, AdamWTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
