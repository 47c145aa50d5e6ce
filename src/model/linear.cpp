#include <reprtune/kernels/float32_product.h>
#include <reprtune/kernels/int16_product.h>
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

void Linear::prepare_training(Precision precision) {
  training_copy_ = at::Tensor();
  rounded_weights_.reset();
  if (!weight_.is_cpu()) return;
  if (compute_type(precision) == at::kBFloat16) training_copy_ = weight_.detach().to(at::kBFloat16);
  if (precision == Precision::int16) rounded_weights_ = std::make_shared<RoundedWeights>();
  round_weights();
}

void Linear::round_weights() {
  if (!rounded_weights_) return;
  const at::Tensor weight = weight_.detach(), bias = bias_.detach();
  const auto out = static_cast<std::size_t>(weight.size(0)), in = static_cast<std::size_t>(weight.size(1));
  rounded_weights_->there.set_rows(elements<float>(weight), elements<float>(bias), out, in);
  rounded_weights_->back.set_columns(elements<float>(weight), out, in);
}

void Linear::pack(Precision precision, const at::Tensor& divisors) {
  packed_weight_ = packed_bias_ = at::Tensor();
  own_weights_ = {};
  const at::ScalarType type = compute_type(precision);
  if (weight_.is_cpu() && has_own_products(precision)) return pack_own(precision, divisors);
  const at::Tensor weight = weight_.detach().to(type).contiguous();
  packed_weight_ = weight.is_cpu() && has_packed_products(type) ? reorder_weight(weight) : weight;
  packed_bias_ = bias_.detach().to(type).contiguous();
}

void Linear::pack_own(Precision precision, const at::Tensor& divisors) {
  const at::Tensor weight_rows = weight_.detach().contiguous(), biases = bias_.detach().contiguous();
  const auto out = static_cast<std::size_t>(weight_.size(0)), in = static_cast<std::size_t>(weight_.size(1));
  const float* const weight = elements<float>(weight_rows);
  const float* const bias = elements<float>(biases);
  if (precision == Precision::float32) {
    own_weights_ = std::make_shared<const kernels::Float32Weights>(weight, bias, out, in);
  } else if (precision == Precision::int16) {
    own_weights_ = std::make_shared<const kernels::Int16Weights>(weight, bias, out, in);
  } else {
    const auto known =
        divisors.defined() ? std::span(elements<float>(divisors), in) : std::span<const float>();
    own_weights_ = std::make_shared<const kernels::Int8Weights>(weight, bias, out, in, known);
  }
}

at::Tensor Linear::packed(const at::Tensor& x, std::optional<kernels::Activation> activation) const {
  if (const auto* weights = std::get_if<Shared<kernels::Float32Weights>>(&own_weights_))
    return own_product<float>(kernels::float32_product, **weights, x, activation);
  if (const auto* weights = std::get_if<Shared<kernels::Int16Weights>>(&own_weights_))
    return own_product<float>(kernels::int16_product, **weights, x, activation);
  if (const auto* weights = std::get_if<Shared<kernels::Int8Weights>>(&own_weights_))
    return own_product<kernels::BFloat16>(kernels::int8_product, **weights, x, activation);
  const at::Tensor y = packed_weight_.is_mkldnn() ? packed_product(x, packed_weight_, packed_bias_, "none")
                                                  : at::linear(x, packed_weight_, packed_bias_);
  if (activation) {
    with_element_type(y, [&]<typename T>(T) {
      kernels::activate(*activation, elements<T>(y), static_cast<std::size_t>(y.numel()),
                        mutable_elements<T>(y));
    });
  }
  return y;
}

at::Tensor Linear::packed_gelu(const at::Tensor& x) const {
  if (own_weights_.index() != 0) return packed(x, kernels::Activation::gelu);
  return packed_weight_.is_mkldnn() ? packed_product(x, packed_weight_, packed_bias_, "gelu")
                                    : at::gelu(at::linear(x, packed_weight_, packed_bias_));
}

}  // namespace reprtune
