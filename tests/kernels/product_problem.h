#pragma once

#include <reprtune/kernels/activation.h>

#include "random_values.h"

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune::kernels {

/// y = x W^T + b in float32. x: [rows, in]; weight: [out, in]; bias: [out].
struct Problem {
  std::size_t rows, in, out;
  std::vector<float> x, weight, bias;
};

inline Problem random_problem(std::size_t rows, std::size_t in, std::size_t out) {
  return {rows,
          in,
          out,
          random_values<float>(rows * in, 1, 3),
          random_values<float>(out * in, 2, 0.1),
          random_values<float>(out, 3)};
}

/// Rows, inputs and outputs around the edges of what panel_product-inl.h cuts: tiles (6 or 12 rows), panels
/// (16 outputs), blocks (48 rows) and goes (384 inputs), with odd numbers of inputs.
inline std::vector<std::array<std::size_t, 3>> edge_shapes() {
  return {{1, 1, 1},     {2, 3, 5},     {5, 16, 15},   {6, 17, 16},     {7, 30, 17},    {13, 383, 33},
          {47, 384, 48}, {48, 385, 31}, {49, 768, 40}, {101, 1000, 70}, {101, 1001, 70}};
}

/// A row of a problem alone.
inline Problem row_of(const Problem& p, std::size_t row) {
  Problem one = p;
  one.rows = 1;
  one.x = {p.x.begin() + static_cast<std::ptrdiff_t>(row * p.in),
           p.x.begin() + static_cast<std::ptrdiff_t>((row + 1) * p.in)};
  return one;
}

/// multiply(weights, x, rows, activation, y), with the weights of the problem as Weights holds them.
template <typename Weights, typename Multiply>
std::vector<float> product_of(const Problem& p, const Multiply& multiply,
                              std::optional<Activation> activation) {
  const Weights weights(p.weight.data(), p.bias.data(), p.out, p.in);
  std::vector<float> y(p.rows * p.out + 1, 1234);
  multiply(weights, p.x.data(), p.rows, activation, y.data());
  EXPECT_EQ(y.back(), 1234) << "written beyond the end";
  y.pop_back();
  return y;
}

}  // namespace reprtune::kernels
