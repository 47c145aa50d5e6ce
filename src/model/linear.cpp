#include <reprtune/kernels/float32_product.h>
#include <reprtune/kernels/int8_product.h>
#include <reprtune/model/linear.h>
#include <reprtune/model/precision.h>

#include "activations.h"
#include "own_products.h"

#include <cassert>
#include <optional>
#include <span>
#include <string_view>

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace reprtune {
namespace {

// oneDNN's packed products are reachable only through these dispatcher operators.
at::Tensor reorder_weight(const at::Tensor& weight) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("mkldnn::_reorder_linear_weight", "")
                             .typed<at::Tensor(const at::Tensor&, std::optional<std::int64_t>)>();
  return op.call(weight, std::nullopt);
}

at::Tensor packed_product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                          std::string_view activation) {
  static const auto op =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
          .typed<at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
                            std::string_view, c10::List<std::optional<at::Scalar>>,
                            std::optional<std::string_view>)>();
  return op.call(x, weight, bias, activation, c10::List<std::optional<at::Scalar>>(),
                 activation == "gelu" ? std::optional<std::string_view>("none") : std::nullopt);
}

}  // namespace

at::Tensor Linear::operator()(const at::Tensor& x) const {
  return at::linear(x, weight_.to(x.scalar_type()), bias_.to(x.scalar_type()));
}

const at::Tensor& Linear::weight_for(const at::Tensor& x) const {
  assert(x.scalar_type() == at::kFloat || training_copy_.defined());
  return x.scalar_type() == at::kFloat ? weight_ : training_copy_;
}

void Linear::keep_training_copy() { training_copy_ = weight_.detach().to(at::kBFloat16); }

void Linear::pack(at::ScalarType type) {
  packed_weight_ = packed_bias_ = at::Tensor();
  float32_weights_.reset();
  const at::Tensor weight = weight_.detach().to(type).contiguous();
  const at::Tensor bias = bias_.detach().to(type).contiguous();
  if (weight.is_cpu() && has_own_products(type)) {
    float32_weights_ = std::make_shared<kernels::Float32Weights>(
        elements<float>(weight), elements<float>(bias), static_cast<std::size_t>(weight.size(0)),
        static_cast<std::size_t>(weight.size(1)));
  } else {
    packed_weight_ = weight.is_cpu() && has_packed_products(type) ? reorder_weight(weight) : weight;
    packed_bias_ = bias;
  }
}

at::Tensor Linear::packed(const at::Tensor& x, std::optional<kernels::Activation> activation) const {
  if (float32_weights_ != nullptr) {
    const at::Tensor y = at::empty({x.size(0), weight_.size(0)}, at::kFloat);
    kernels::float32_product(*float32_weights_, elements<float>(x), static_cast<std::size_t>(x.size(0)),
                             activation, mutable_elements<float>(y));
    return y;
  }
  const at::Tensor y = packed_weight_.is_mkldnn() ? packed_product(x, packed_weight_, packed_bias_, "none")
                                                  : at::linear(x, packed_weight_, packed_bias_);
  if (activation) {
    with_element_type(y, [&]<typename T>(T) {
      kernels::activate(*activation, mutable_elements<T>(y), static_cast<std::size_t>(y.numel()));
    });
  }
  return y;
}

void Linear::pack_int8(const at::Tensor& divisors) {
  const at::Tensor weight = weight_.detach().contiguous(), bias = bias_.detach().contiguous();
  const auto out = static_cast<std::size_t>(weight.size(0)), in = static_cast<std::size_t>(weight.size(1));
  const auto known = divisors.defined() ? std::span(elements<float>(divisors), in) : std::span<const float>();
  int8_weights_ =
      std::make_shared<kernels::Int8Weights>(elements<float>(weight), elements<float>(bias), out, in, known);
}

at::Tensor Linear::packed_int8(const at::Tensor& x, std::optional<kernels::Activation> activation) const {
  assert(int8_weights_ != nullptr && x.scalar_type() == at::kBFloat16);
  const at::Tensor y = at::empty({x.size(0), weight_.size(0)}, at::kBFloat16);
  kernels::int8_product(*int8_weights_, elements<kernels::BFloat16>(x), static_cast<std::size_t>(x.size(0)),
                        activation, mutable_elements<kernels::BFloat16>(y));
  return y;
}

at::Tensor Linear::packed_gelu(const at::Tensor& x) const {
  if (float32_weights_ != nullptr) return packed(x, kernels::Activation::gelu);
  return packed_weight_.is_mkldnn() ? packed_product(x, packed_weight_, packed_bias_, "gelu")
                                    : at::gelu(at::linear(x, packed_weight_, packed_bias_));
}

}  // namespace reprtune
