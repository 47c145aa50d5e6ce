#include "training_products.h"

#include <reprtune/kernels/int16_product.h>
#include <reprtune/model/activation_rows.h>

#include "activations.h"
#include "own_products.h"

#include <vector>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

/// x or dy of several factors, one after the other, with rows of zeros behind them.
at::Tensor joined(std::span<const GradientFactors> factors, at::Tensor GradientFactors::*part) {
  const at::Tensor& first = factors.front().*part;
  if (factors.size() == 1) return first;
  std::int64_t rows = 0;
  for (const GradientFactors& own : factors) rows += (own.*part).size(0);
  at::Tensor all =
      activations(rows, activation_rows(rows, kSizesPerOctave), first.size(1), first.scalar_type());
  std::int64_t row = 0;
  for (const GradientFactors& own : factors) {
    const at::Tensor& piece = own.*part;
    all.narrow(0, row, piece.size(0)).copy_(piece);
    row += piece.size(0);
  }
  return all;
}

std::vector<kernels::MatrixPiece> pieces(std::span<const GradientFactors> factors,
                                         at::Tensor GradientFactors::*part) {
  std::vector<kernels::MatrixPiece> result;
  for (const GradientFactors& own : factors)
    result.push_back({elements<float>(own.*part), size_of(own.*part, 0)});
  return result;
}

}  // namespace

at::Tensor linear_product(const Linear& linear, const at::Tensor& x) {
  if (const RoundedWeights* const rounded = linear.rounded_weights())
    return own_product<float>(kernels::int16_product, rounded->there, x);
  return at::linear(x, linear.weight_for(x).detach(), linear.bias().detach().to(x.scalar_type()));
}

at::Tensor input_gradient(const Linear& linear, const at::Tensor& dy) {
  if (const RoundedWeights* const rounded = linear.rounded_weights())
    return own_product<float>(kernels::int16_product, rounded->back, dy);
  return at::mm(dy, linear.weight_for(dy).detach());
}

void weight_gradient(const Linear& linear, std::span<const GradientFactors> factors, kernels::Update update,
                     at::Tensor& gradient) {
  if (linear.rounded_weights() != nullptr) {
    kernels::Int16Weights rounded;
    rounded.set_columns(pieces(factors, &GradientFactors::x), size_of(gradient, 1));
    kernels::int16_product_of_columns(rounded, pieces(factors, &GradientFactors::dy), size_of(gradient, 0),
                                      update, mutable_elements<float>(gradient));
    return;
  }
  const at::Tensor x = joined(factors, &GradientFactors::x), dy = joined(factors, &GradientFactors::dy);
  if (update == kernels::Update::add) {
    gradient.addmm_(dy.t(), x);
  } else {
    at::mm_out(gradient, dy.t(), x);
  }
}

}  // namespace reprtune
