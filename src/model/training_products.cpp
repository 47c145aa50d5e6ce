#include "training_products.h"

#include <reprtune/kernels/int16_product.h>

#include "activations.h"

#include <ATen/ATen.h>

namespace reprtune {
namespace {

std::size_t size_of(const at::Tensor& x, std::int64_t dimension) {
  return static_cast<std::size_t>(x.size(dimension));
}

at::Tensor int16_product(const kernels::Int16Weights& weights, const at::Tensor& x) {
  const at::Tensor y = at::empty({x.size(0), static_cast<std::int64_t>(weights.out())}, at::kFloat);
  kernels::int16_product(weights, elements<float>(x), size_of(x, 0), {}, mutable_elements<float>(y));
  return y;
}

}  // namespace

at::Tensor linear_product(const Linear& linear, const at::Tensor& x) {
  if (const RoundedWeights* const rounded = linear.rounded_weights()) return int16_product(rounded->there, x);
  return at::linear(x, linear.weight_for(x).detach(), linear.bias().detach().to(x.scalar_type()));
}

at::Tensor input_gradient(const Linear& linear, const at::Tensor& dy) {
  if (const RoundedWeights* const rounded = linear.rounded_weights()) return int16_product(rounded->back, dy);
  return at::mm(dy, linear.weight_for(dy).detach());
}

void weight_gradient(const Linear& linear, const at::Tensor& x, const at::Tensor& dy, at::Tensor& gradient) {
  if (linear.rounded_weights() == nullptr) {
    at::mm_out(gradient, dy.t(), x);
    return;
  }
  kernels::Int16Weights rounded;
  rounded.set_columns(elements<float>(x), size_of(x, 0), size_of(x, 1));
  kernels::int16_product_of_columns(rounded, elements<float>(dy), size_of(dy, 1),
                                    mutable_elements<float>(gradient));
}

}  // namespace reprtune
