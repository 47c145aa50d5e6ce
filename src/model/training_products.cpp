#include "training_products.h"

#include <reprtune/kernels/int16_product.h>

#include "activations.h"
#include "own_products.h"

#include <ATen/ATen.h>

namespace reprtune {
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
