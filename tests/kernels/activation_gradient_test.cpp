#include <reprtune/kernels/activation_gradient.h>

#include "each_target.h"
#include "random_values.h"

#include <cmath>

namespace reprtune::kernels {
namespace {

double definition(Activation activation, double x) {
  if (activation == Activation::relu) return x > 0 ? x : 0;
  if (activation == Activation::gelu) return x / 2 * (1 + std::erf(x / std::sqrt(2.0)));
  return x / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
}

template <typename T>
void check(Activation activation) {
  const auto x = random_values<T>(203, 1, 6);
  const auto dy = random_values<T>(203, 2);
  auto dx = dy, in_place = dy;
  activation_gradient(activation, x.data(), dy.data(), x.size(), dx.data());
  activation_gradient(activation, x.data(), in_place.data(), x.size(), in_place.data());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double at = to_float(x[i]), step = 1e-5;
    const double slope = (definition(activation, at + step) - definition(activation, at - step)) / (2 * step);
    const double expected = slope * to_float(dy[i]);
    ASSERT_NEAR(to_float(dx[i]), expected, tolerance<T>(expected)) << "x " << at;
    ASSERT_EQ(to_float(in_place[i]), to_float(dx[i])) << "x " << at;
  }
}

class ActivationGradientTest : public EachTarget {};

TEST_P(ActivationGradientTest, IsTheSlopeOfTheDefinition) {
  for (const Activation activation : {Activation::gelu, Activation::gelu_tanh, Activation::relu}) {
    check<float>(activation);
    check<BFloat16>(activation);
  }
}

TEST_P(ActivationGradientTest, ColumnsAreSummed) {
  for (const std::size_t columns : {1U, 7U, 64U, 150U}) {
    const auto x = random_values<BFloat16>(9 * columns, 1);
    std::vector<float> sums(columns, 5);
    column_sums(x.data(), 9, columns, sums.data());
    for (std::size_t c = 0; c < columns; ++c) {
      double expected = 0;
      for (std::size_t row = 0; row < 9; ++row) expected += to_float(x[row * columns + c]);
      EXPECT_NEAR(sums[c], expected, 1e-5);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, ActivationGradientTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
