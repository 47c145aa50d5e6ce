#include <reprtune/kernels/int8_product.h>

#include "each_target.h"
#include "random_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>

namespace reprtune::kernels {
namespace {

struct Problem {
  std::size_t rows, in, out;
  std::vector<BFloat16> x;
  std::vector<float> weight, bias, divisors;
};

Problem random_problem(std::size_t rows, std::size_t in, std::size_t out) {
  Problem p{rows,
            in,
            out,
            random_values<BFloat16>(rows * in, 1, 3),
            random_values<float>(out * in, 2, 0.1),
            random_values<float>(out, 3),
            random_values<float>(in, 4)};
  for (float& divisor : p.divisors) divisor = 1.5F + divisor;
  return p;
}

float divisor(const Problem& p, std::size_t i) { return p.divisors.empty() ? 1 : p.divisors[i]; }

/// What int8_product() says it computes, with the integers it says it rounds to, in plain code.
std::vector<double> rounded_product(const Problem& p) {
  std::vector<double> y;
  for (std::size_t row = 0; row < p.rows; ++row) {
    std::vector<float> x;
    for (std::size_t i = 0; i < p.in; ++i) x.push_back(to_float(p.x[row * p.in + i]) * (1 / divisor(p, i)));
    const float shift = *std::ranges::min_element(x);
    const float scale = (*std::ranges::max_element(x) - shift) / 255;
    for (std::size_t o = 0; o < p.out; ++o) {
      float largest = 0;
      for (std::size_t i = 0; i < p.in; ++i)
        largest = std::max(largest, std::abs(p.weight[o * p.in + i] * divisor(p, i)));
      const float weight_scale = largest / 127;
      std::int64_t products = 0, weights = 0;
      for (std::size_t i = 0; i < p.in; ++i) {
        const auto q = std::lrint((x[i] - shift) * (scale > 0 ? 1 / scale : 0));
        const auto w =
            std::lrint(p.weight[o * p.in + i] * divisor(p, i) * (weight_scale > 0 ? 1 / weight_scale : 0));
        EXPECT_TRUE(q >= 0 && q <= 255 && w >= -127 && w <= 127);
        products += q * w;
        weights += w;
      }
      const double s = scale, ws = weight_scale;
      y.push_back(s * ws * static_cast<double>(products) + shift * ws * static_cast<double>(weights) +
                  p.bias[o]);
    }
  }
  return y;
}

std::vector<BFloat16> product(const Problem& p, std::optional<Activation> activation = {}) {
  const Int8Weights weights(p.weight.data(), p.bias.data(), p.out, p.in, p.divisors);
  std::vector<BFloat16> y(p.rows * p.out + 1, BFloat16{0x1234});
  int8_product(weights, p.x.data(), p.rows, activation, y.data());
  EXPECT_EQ(y.back().bits, 0x1234) << "written beyond the end";
  y.pop_back();
  return y;
}

void expect_close(const std::vector<BFloat16>& found, const std::vector<double>& expected, double slack) {
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(to_float(found[i]), expected[i], tolerance<BFloat16>(expected[i]) + slack) << "element " << i;
}

class Int8ProductTest : public EachTarget {};

TEST_P(Int8ProductTest, IsTheProductOfTheRoundedNumbers) {
  for (const auto& [rows, in, out] : std::vector<std::array<std::size_t, 3>>{
           {1, 1, 1}, {2, 3, 5}, {5, 16, 32}, {13, 30, 33}, {12, 64, 64}, {61, 100, 70}, {49, 384, 96}}) {
    SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(in) + " -> " + std::to_string(out));
    Problem p = random_problem(rows, in, out);
    expect_close(product(p), rounded_product(p), 1e-5);
    p.divisors.clear();
    expect_close(product(p), rounded_product(p), 1e-5);
  }
}

TEST_P(Int8ProductTest, RoundedActivationsAndWeightsStayNearTheRealProduct) {
  Problem p = random_problem(7, 384, 40);
  // One column of x a hundred times as large as the others, as encoders have them, and its weights as small.
  for (std::size_t row = 0; row < p.rows; ++row)
    p.x[row * p.in + 5] = random_values<BFloat16>(1, row + 9, 300).front();
  for (std::size_t o = 0; o < p.out; ++o) p.weight[o * p.in + 5] *= 0.01F;
  std::vector<double> exact;
  for (std::size_t row = 0; row < p.rows; ++row) {
    for (std::size_t o = 0; o < p.out; ++o) {
      double sum = p.bias[o];
      for (std::size_t i = 0; i < p.in; ++i)
        sum += static_cast<double>(to_float(p.x[row * p.in + i])) * p.weight[o * p.in + i];
      exact.push_back(sum);
    }
  }
  const auto error = [&](const std::vector<BFloat16>& y) {
    double squares = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) squares += std::pow(to_float(y[i]) - exact[i], 2);
    return std::sqrt(squares / static_cast<double>(exact.size()));
  };
  // The results are about 2 in size.
  p.divisors.assign(p.in, 1);
  const double plain = error(product(p));
  p.divisors[5] = 100;
  const double divided = error(product(p));
  EXPECT_LT(divided, 0.02);
  EXPECT_GT(plain, 4 * divided);
}

TEST_P(Int8ProductTest, ActivationsAreApplied) {
  const Problem p = random_problem(13, 40, 50);
  const auto expected = [&](const auto& function) {
    std::vector<double> y = rounded_product(p);
    for (double& value : y) value = function(value);
    return y;
  };
  expect_close(product(p, Activation::relu), expected([](double x) { return std::max(x, 0.0); }), 1e-5);
  expect_close(product(p, Activation::gelu),
               expected([](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2))); }), 5e-4);
  expect_close(product(p, Activation::gelu_tanh), expected([](double x) {
                 return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
               }),
               1e-5);
}

TEST_P(Int8ProductTest, GeluIsGoodToItsBoundEverywhere) {
  // Two inputs are rounded without error: the smallest and the largest of their token.
  Problem p{2001, 2, 1, {}, {1, 1}, {0}, {}};
  std::vector<double> expected;
  for (const BFloat16 x : random_values<BFloat16>(p.rows, 4, 12)) {
    p.x.insert(p.x.end(), {x, BFloat16{}});
    expected.push_back(to_float(x) / 2 * (1 + std::erf(to_float(x) / std::sqrt(2))));
  }
  expect_close(product(p, Activation::gelu), expected, 5e-4);
}

TEST_P(Int8ProductTest, ConstantRowsAndZeroWeightsAreExact) {
  Problem p = random_problem(3, 8, 4);
  p.divisors.clear();
  std::fill(p.x.begin(), p.x.end(), BFloat16{0x4000});  // 2
  std::fill(p.weight.begin(), p.weight.begin() + 8, 0.0F);
  std::fill(p.weight.begin() + 8, p.weight.begin() + 16, 0.5F);
  const auto y = product(p);
  EXPECT_NEAR(to_float(y[0]), p.bias[0], tolerance<BFloat16>(p.bias[0]));
  EXPECT_NEAR(to_float(y[1]), 8 + p.bias[1], tolerance<BFloat16>(9));
}

TEST_P(Int8ProductTest, ARowDoesNotDependOnTheOthers) {
  const Problem p = random_problem(61, 52, 40);
  const auto all = product(p);
  for (const std::size_t row : {0U, 12U, 48U, 60U}) {
    Problem one = p;
    one.rows = 1;
    one.x = {p.x.begin() + static_cast<std::ptrdiff_t>(row * p.in),
             p.x.begin() + static_cast<std::ptrdiff_t>((row + 1) * p.in)};
    const auto alone = product(one);
    for (std::size_t o = 0; o < p.out; ++o) EXPECT_EQ(alone[o].bits, all[row * p.out + o].bits);
  }
}

TEST_P(Int8ProductTest, NoRowsAreNoWork) {
  Problem p = random_problem(0, 8, 4);
  EXPECT_TRUE(product(p).empty());
}

INSTANTIATE_TEST_SUITE_P(, Int8ProductTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
