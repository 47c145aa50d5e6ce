#include <reprtune/kernels/int16_product.h>

#include "each_target.h"
#include "product_problem.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>

namespace reprtune::kernels {
namespace {

float scale_of(const float* values, std::size_t size, std::int32_t most) {
  float largest = 0;
  for (std::size_t i = 0; i < size; ++i) largest = std::max(largest, std::abs(values[i]));
  return largest / static_cast<float>(most);
}

std::int64_t rounded(float value, float scale) { return std::lrint(value * (scale > 0 ? 1 / scale : 0)); }

/// What int16_product() says it computes, with the integers it says it rounds to, in plain code.
std::vector<double> rounded_product(const Problem& p, std::int32_t largest_input) {
  std::vector<double> y;
  for (std::size_t row = 0; row < p.rows; ++row) {
    const float* const x = &p.x[row * p.in];
    const float x_scale = scale_of(x, p.in, largest_input);
    for (std::size_t o = 0; o < p.out; ++o) {
      const float* const w = &p.weight[o * p.in];
      const float w_scale = scale_of(w, p.in, Int16Weights::kLargestWeight);
      std::int64_t sum = 0, most = 0;
      for (std::size_t i = 0; i < p.in; ++i) {
        if (i % Int16Weights::kDepth == 0) most = 0;
        const std::int64_t q = rounded(x[i], x_scale), weight = rounded(w[i], w_scale);
        EXPECT_LE(std::abs(q), largest_input);
        sum += q * weight;
        most += std::abs(q * weight);
        EXPECT_LE(most, std::numeric_limits<std::int32_t>::max());
      }
      y.push_back(static_cast<double>(x_scale) * w_scale * static_cast<double>(sum) + p.bias[o]);
    }
  }
  return y;
}

std::vector<float> product(const Problem& p, std::optional<Activation> activation = {}) {
  return product_of<Int16Weights>(p, int16_product, activation);
}

template <typename Function>
void expect_product(const Problem& p, const std::vector<float>& y, const Function& function) {
  const Int16Weights weights(p.weight.data(), p.bias.data(), p.out, p.in);
  const std::vector<double> sums = rounded_product(p, weights.largest_input());
  for (std::size_t i = 0; i < y.size(); ++i) {
    // Sums of 384 products are exact, and added up in float32.
    const double bound =
        1e-6 * (1 + std::abs(sums[i])) * static_cast<double>(1 + p.in / Int16Weights::kDepth);
    ASSERT_NEAR(y[i], function(sums[i]), 1.13 * bound) << "row " << i / p.out << ", output " << i % p.out;
  }
}

class Int16ProductTest : public EachTarget {};

TEST_P(Int16ProductTest, MatchesTheDefinition) {
  for (const auto& [rows, in, out] : edge_shapes()) {
    SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(in) + " -> " + std::to_string(out));
    const Problem p = random_problem(rows, in, out);
    expect_product(p, product(p), [](double x) { return x; });
  }
}

TEST_P(Int16ProductTest, EveryNumberOfRowsIsCut) {
  for (std::size_t rows = 0; rows <= 75; ++rows) {
    const Problem p = random_problem(rows, 9, 20);
    expect_product(p, product(p), [](double x) { return x; });
  }
}

TEST_P(Int16ProductTest, ActivationsAreAppliedOnce) {
  // Two goes over the inputs, and a last panel that is not whole.
  const Problem p = random_problem(13, 400, 50);
  expect_product(p, product(p, Activation::relu), [](double x) { return std::max(x, 0.0); });
  expect_product(p, product(p, Activation::gelu),
                 [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2))); });
  expect_product(p, product(p, Activation::gelu_tanh), [](double x) {
    return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
  });
}

/// All products of a sum are as large as they can be, and of one sign: what 32 bits are measured for.
TEST_P(Int16ProductTest, TheLargestSumsFit) {
  Problem p = random_problem(3, 800, 18);
  for (std::size_t i = 0; i < p.x.size(); ++i) p.x[i] = i / p.in == 1 ? -2.5F : 2.5F;
  for (float& weight : p.weight) weight = 0.75F;
  const Int16Weights weights(p.weight.data(), p.bias.data(), p.out, p.in);
  EXPECT_EQ(weights.largest_input(), std::numeric_limits<std::int32_t>::max() / (384 * 2047));
  const std::vector<float> y = product(p);
  for (std::size_t i = 0; i < y.size(); ++i)
    EXPECT_NEAR(y[i], (i / p.out == 1 ? -1500 : 1500) + p.bias[i % p.out], 0.001);
}

TEST_P(Int16ProductTest, ErrorsStayWithinTheStatedRounding) {
  const Problem p = random_problem(9, 1536, 64);
  const Int16Weights weights(p.weight.data(), p.bias.data(), p.out, p.in);
  EXPECT_GT(weights.largest_input(), 4096);
  const std::vector<float> y = product(p);
  for (std::size_t row = 0; row < p.rows; ++row) {
    const float* const x = &p.x[row * p.in];
    const double dx = scale_of(x, p.in, weights.largest_input()) / 2;
    for (std::size_t o = 0; o < p.out; ++o) {
      const float* const w = &p.weight[o * p.in];
      const double dw = scale_of(w, p.in, Int16Weights::kLargestWeight) / 2;
      double sum = p.bias[o], bound = 1e-4;
      for (std::size_t i = 0; i < p.in; ++i) {
        sum += static_cast<double>(x[i]) * w[i];
        bound += std::abs(x[i]) * dw + std::abs(w[i]) * dx + dx * dw;
      }
      EXPECT_NEAR(y[row * p.out + o], sum, bound);
    }
  }
}

TEST_P(Int16ProductTest, ZeroRowsAndWeightsGiveTheBias) {
  Problem p = random_problem(2, 10, 20);
  std::fill_n(p.x.begin(), p.in, 0.0F);
  std::fill_n(p.weight.begin(), p.in, 0.0F);
  const std::vector<float> y = product(p);
  for (std::size_t o = 0; o < p.out; ++o) EXPECT_EQ(y[o], p.bias[o]);
  EXPECT_EQ(y[p.out], p.bias[0]);
}

TEST_P(Int16ProductTest, WhatIsNotFiniteIsNotHidden) {
  Problem p = random_problem(4, 20, 20);
  const std::vector<float> good = product(p);
  p.x[3] = std::numeric_limits<float>::quiet_NaN();
  p.x[2 * p.in + 19] = -std::numeric_limits<float>::infinity();
  p.weight[5 * p.in + 4] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> y = product(p);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const bool lost = i / p.out % 2 == 0 || i % p.out == 5;
    EXPECT_TRUE(lost ? std::isnan(y[i]) : y[i] == good[i]) << i;
  }
}

std::vector<float> transposed(const std::vector<float>& matrix, std::size_t rows, std::size_t columns) {
  std::vector<float> result(matrix.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) result[j * rows + i] = matrix[i * columns + j];
  return result;
}

/// Bits, so that NaN is equal to itself.
std::vector<std::uint32_t> bits(const std::vector<float>& values) {
  std::vector<std::uint32_t> result;
  for (const float value : values)
    result.push_back(std::isnan(value) ? 0 : std::bit_cast<std::uint32_t>(value));
  return result;
}

/// Both factors by columns, and each of them, give the very numbers that they give by rows.
void expect_the_same_by_columns(Problem p) {
  std::fill(p.bias.begin(), p.bias.end(), 0.0F);
  const std::vector<float> expected = product(p);
  const std::vector<float> x = transposed(p.x, p.rows, p.in), matrix = transposed(p.weight, p.out, p.in);
  const Int16Weights by_rows(p.weight.data(), p.bias.data(), p.out, p.in);
  Int16Weights by_columns(expected.data(), expected.data(), p.out, 1);  // to be replaced
  by_columns.set_columns(matrix.data(), p.in, p.out);
  EXPECT_EQ(by_columns.largest_input(), by_rows.largest_input());
  std::vector<float> y(expected.size() + 1, 1234);
  int16_product(by_columns, p.x.data(), p.rows, {}, y.data());
  EXPECT_EQ(y.back(), 1234);
  y.pop_back();
  EXPECT_EQ(bits(y), bits(expected));
  for (const Int16Weights& weights : {std::cref(by_rows), std::cref(by_columns)}) {
    std::fill(y.begin(), y.end(), 1234.0F);
    y.push_back(1234);
    int16_product_of_columns(weights, x.data(), p.rows, y.data());
    EXPECT_EQ(y.back(), 1234);
    y.pop_back();
    EXPECT_EQ(bits(y), bits(expected));
  }
}

TEST_P(Int16ProductTest, ColumnsGiveTheSameAsRows) {
  for (const auto& [rows, in, out] : edge_shapes()) {
    SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(in) + " -> " + std::to_string(out));
    expect_the_same_by_columns(random_problem(rows, in, out));
  }
}

TEST_P(Int16ProductTest, PiecesOfColumnsMakeOneMatrix) {
  for (const auto& [rows, in, out] : edge_shapes()) {
    SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(in) + " -> " + std::to_string(out));
    const Problem p = random_problem(rows, in, out);
    const std::vector<float> x = transposed(p.x, rows, in), matrix = transposed(p.weight, out, in);
    // The first rows, then nothing, then one row, then the others.
    const std::size_t first = in / 3, second = std::min<std::size_t>(1, in - first);
    std::vector<MatrixPiece> of_x, of_matrix;
    std::size_t at = 0;
    for (const std::size_t count : {first, std::size_t{0}, second, in - first - second}) {
      of_x.push_back({x.data() + at * rows, count});
      of_matrix.push_back({matrix.data() + at * out, count});
      at += count;
    }
    // What the pairs of the pieces come to: the same with rows of zeros between them.
    Problem filled = p;
    filled.bias.assign(out, 0);
    filled.in = 0;
    std::vector<float> filled_x, filled_matrix;
    for (std::size_t i = 0; i < of_x.size(); ++i) {
      if (filled.in % 2 == 1) {
        filled_x.resize(filled_x.size() + rows);
        filled_matrix.resize(filled_matrix.size() + out);
        ++filled.in;
      }
      filled_x.insert(filled_x.end(), of_x[i].elements, of_x[i].elements + of_x[i].rows * rows);
      filled_matrix.insert(filled_matrix.end(), of_matrix[i].elements,
                           of_matrix[i].elements + of_matrix[i].rows * out);
      filled.in += of_x[i].rows;
    }
    filled.x = transposed(filled_x, filled.in, rows);
    filled.weight = transposed(filled_matrix, filled.in, out);
    const std::vector<float> expected = product(filled);
    Int16Weights weights;
    weights.set_columns(of_matrix, out);
    EXPECT_EQ(weights.in(), filled.in);
    std::vector<float> y(rows * out + 1, 1234);
    int16_product_of_columns(weights, of_x, rows, Update::replace, y.data());
    EXPECT_EQ(y.back(), 1234);
    y.pop_back();
    EXPECT_EQ(y, expected);
    int16_product_of_columns(weights, of_x, rows, Update::add, y.data());
    for (std::size_t i = 0; i < y.size(); ++i)
      EXPECT_NEAR(y[i], 2 * expected[i], 1e-5 * (1 + std::abs(expected[i]))) << i;
  }
}

TEST_P(Int16ProductTest, ColumnsThatAreNotFiniteOrNearlyZeroAreLikeSuchRows) {
  Problem p = random_problem(20, 21, 35);
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
    p.x[3 * p.in + 5] = p.weight[30 * p.in + 20] = value;
    expect_the_same_by_columns(p);
  }
  std::fill_n(&p.x[4 * p.in], p.in, 0.0F);
  std::fill_n(&p.x[7 * p.in], p.in, std::numeric_limits<float>::denorm_min());
  std::fill_n(&p.weight[2 * p.in], p.in, -std::numeric_limits<float>::min());
  expect_the_same_by_columns(p);
  p.bias.assign(p.out, 0);
  const std::vector<float> y = product(p);
  for (std::size_t o = 0; o < p.out; ++o) {
    if (o == 30) continue;
    EXPECT_EQ(y[4 * p.out + o], 0);
    EXPECT_EQ(y[7 * p.out + o], 0) << "no inverse of the scale is finite";
  }
}

TEST_P(Int16ProductTest, MemoryThatIsUsedAgainHoldsNothingOfBefore) {
  const Problem before = random_problem(9, 200, 100), p = random_problem(9, 31, 40);
  Int16Weights weights(before.weight.data(), before.bias.data(), before.out, before.in);
  weights.set_rows(p.weight.data(), p.bias.data(), p.out, p.in);
  std::vector<float> y(p.rows * p.out);
  int16_product(weights, p.x.data(), p.rows, {}, y.data());
  EXPECT_EQ(y, product(p));
}

TEST_P(Int16ProductTest, ARowDoesNotDependOnTheOthers) {
  const Problem p = random_problem(75, 500, 40);
  const auto all = product(p);
  for (const std::size_t row : {0U, 5U, 6U, 47U, 48U, 74U}) {
    const auto alone = product(row_of(p, row));
    for (std::size_t o = 0; o < p.out; ++o) EXPECT_EQ(alone[o], all[row * p.out + o]);
  }
}

INSTANTIATE_TEST_SUITE_P(, Int16ProductTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
