#include <reprtune/kernels/activation.h>

#include "each_target.h"
#include "random_values.h"

#include <cmath>

namespace reprtune::kernels {
namespace {

double definition(Activation activation, double x) {
  switch (activation) {
    case Activation::gelu:
      return x / 2 * (1 + std::erf(x / std::sqrt(2)));
    case Activation::gelu_tanh:
      return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Activation::relu:
      return x > 0 ? x : 0;
  }
  return 0;
}

template <typename T>
void check(Activation activation, std::size_t count, double scale) {
  const auto x = random_values<T>(count, count, scale);
  auto y = x, in_place = x;
  activate(activation, x.data(), count, y.data());
  activate(activation, in_place.data(), count, in_place.data());
  for (std::size_t i = 0; i < count; ++i) {
    const double input = to_float(x[i]);
    const double expected = definition(activation, input);
    // The left tail is a small difference of two numbers of the size of x.
    const double bound = sizeof(T) == sizeof(float) ? 4e-7 * std::abs(input) : tolerance<T>(expected);
    ASSERT_NEAR(to_float(y[i]), expected, bound + 1e-30) << "at " << input;
    ASSERT_EQ(to_float(in_place[i]), to_float(y[i])) << "at " << input;
  }
}

class ActivationTest : public EachTarget {};

TEST_P(ActivationTest, MatchesTheDefinition) {
  for (const auto activation : {Activation::gelu, Activation::gelu_tanh, Activation::relu}) {
    for (const std::size_t count : {0U, 1U, 7U, 16U, 31U, 5000U}) {
      for (const double scale : {0.01, 1.0, 6.0, 100.0}) {
        SCOPED_TRACE("activation " + std::to_string(static_cast<int>(activation)));
        check<float>(activation, count, scale);
        check<BFloat16>(activation, count, scale);
      }
    }
  }
}

TEST_P(ActivationTest, ExtremesStayFinite) {
  for (const auto activation : {Activation::gelu, Activation::gelu_tanh, Activation::relu}) {
    std::vector<float> x = {-1e6F, -50, 0, 50, 1e6F};
    activate(activation, x.data(), x.size(), x.data());
    EXPECT_NEAR(x[0], 0, 1e-3);
    EXPECT_NEAR(x[1], 0, 1e-4);
    EXPECT_EQ(x[2], 0);
    EXPECT_EQ(x[3], 50);
    EXPECT_EQ(x[4], 1e6F);
  }
}

INSTANTIATE_TEST_SUITE_P(, ActivationTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
