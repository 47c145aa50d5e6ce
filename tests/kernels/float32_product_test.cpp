#include <reprtune/kernels/float32_product.h>

#include "each_target.h"
#include "product_problem.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace reprtune::kernels {
namespace {

std::vector<float> product(const Problem& p, std::optional<Activation> activation = {}) {
  return product_of<Float32Weights>(p, float32_product, activation);
}

/// Compares with function(x W^T + b) in double precision; the sums may be off by the bound that
/// float32_product() states, of which rounding to nearest uses a small part.
template <typename Function>
void expect_product(const Problem& p, const std::vector<float>& y, const Function& function) {
  for (std::size_t row = 0; row < p.rows; ++row) {
    for (std::size_t o = 0; o < p.out; ++o) {
      double sum = p.bias[o], magnitude = std::abs(sum);
      for (std::size_t i = 0; i < p.in; ++i) {
        const double term = static_cast<double>(p.x[row * p.in + i]) * p.weight[o * p.in + i];
        sum += term;
        magnitude += std::abs(term);
      }
      const double expected = function(sum);
      const double bound = 0x1p-24 * static_cast<double>(p.in + 1) * magnitude;
      // No activation is steeper than 1.13.
      ASSERT_NEAR(y[row * p.out + o], expected, 1.13 * bound + tolerance<float>(expected))
          << "row " << row << ", output " << o;
    }
  }
}

class Float32ProductTest : public EachTarget {};

TEST_P(Float32ProductTest, MatchesTheDefinition) {
  for (const auto& [rows, in, out] : edge_shapes()) {
    SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(in) + " -> " + std::to_string(out));
    const Problem p = random_problem(rows, in, out);
    expect_product(p, product(p), [](double x) { return x; });
  }
}

TEST_P(Float32ProductTest, EveryNumberOfRowsIsCut) {
  for (std::size_t rows = 0; rows <= 60; ++rows) {
    const Problem p = random_problem(rows, 9, 20);
    expect_product(p, product(p), [](double x) { return x; });
  }
}

TEST_P(Float32ProductTest, ActivationsAreAppliedOnce) {
  // Two goes over the inputs, and a last panel that is not whole.
  const Problem p = random_problem(13, 400, 50);
  expect_product(p, product(p, Activation::relu), [](double x) { return std::max(x, 0.0); });
  expect_product(p, product(p, Activation::gelu),
                 [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2))); });
  expect_product(p, product(p, Activation::gelu_tanh), [](double x) {
    return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
  });
}

TEST_P(Float32ProductTest, ARowDoesNotDependOnTheOthers) {
  const Problem p = random_problem(61, 500, 40);
  const auto all = product(p);
  for (const std::size_t row : {0U, 5U, 6U, 47U, 48U, 60U}) {
    const auto alone = product(row_of(p, row));
    for (std::size_t o = 0; o < p.out; ++o) EXPECT_EQ(alone[o], all[row * p.out + o]);
  }
}

INSTANTIATE_TEST_SUITE_P(, Float32ProductTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
