#pragma once

#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/float32_weights.h>
#include <reprtune/kernels/int16_weights.h>
#include <reprtune/kernels/int8_weights.h>
#include <reprtune/model/precision.h>

#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// W and b of a Linear in 16 bits, for y = x W^T + b and for dx = dy W.
struct RoundedWeights {
  kernels::Int16Weights there, back;
};

/// What a way back leaves of the gradient of W, which is dy^T x: [N, in] and [N, out].
struct GradientFactors {
  at::Tensor x, dy;
};

/// y = x W^T + b. The float32 weights are the truth; pack() prepares a read-only copy in the layout and
/// number format the processor multiplies fastest, for inference. Copies of a Linear share it.
class Linear {
 public:
  Linear() = default;
  Linear(at::Tensor weight, at::Tensor bias) : weight_(std::move(weight)), bias_(std::move(bias)) {}

  at::Tensor& weight() { return weight_; }
  at::Tensor& bias() { return bias_; }
  const at::Tensor& weight() const { return weight_; }  // [out, in] float32
  const at::Tensor& bias() const { return bias_; }      // [out] float32

  /// x: [N, in] of any floating type -> [N, out] of the same type. Differentiable; the weights are rounded to
  /// x's type.
  at::Tensor operator()(const at::Tensor& x) const;

  /// Keeps what training in this precision, a resolved one, multiplies with on the CPU, beside the weight;
  /// copies of this Linear share it.
  void prepare_training(Precision precision);
  /// Of bfloat16, else undefined: the weight rounded [out, in]. Who changes the weight writes it.
  const at::Tensor& training_copy() const { return training_copy_; }
  /// The weight in the type of x: the float32 weight itself, or training_copy().
  const at::Tensor& weight_for(const at::Tensor& x) const;
  /// Of int16, else null: the layer as second factor of its products there and back. To be brought up to date
  /// by round_weights() after the weight or the bias changed.
  const RoundedWeights* rounded_weights() const { return rounded_weights_.get(); }
  void round_weights();

  /// Makes this layer and its future copies one that ways back on the CPU leave the factors of the weight's
  /// gradient with, each in the place of the last one's.
  void keep_gradient_factors() { gradient_factors_ = std::make_shared<GradientFactors>(); }
  void leave_gradient_factors(GradientFactors factors) const { *gradient_factors_ = std::move(factors); }
  GradientFactors take_gradient_factors() { return std::exchange(*gradient_factors_, {}); }

  /// Prepares `packed` for this precision, a resolved one; to be called again after the weights changed. Of
  /// int8, columns of x are divided by `divisors` [in], if defined, before they are rounded, and those of the
  /// weight multiplied.
  void pack(Precision precision, const at::Tensor& divisors = {});
  /// The same product with the packed weights, then the activation if there is one (only on the CPU); x must
  /// be of the compute_type() of the precision. Not differentiable.
  at::Tensor packed(const at::Tensor& x, std::optional<kernels::Activation> activation = {}) const;
  /// gelu(packed(x)), with the exact (erf) GELU fused into the product where the library can.
  at::Tensor packed_gelu(const at::Tensor& x) const;

 private:
  template <typename T>
  using Shared = std::shared_ptr<const T>;

  void pack_own(Precision precision, const at::Tensor& divisors);

  at::Tensor weight_, bias_;
  at::Tensor training_copy_;
  std::shared_ptr<RoundedWeights> rounded_weights_;
  std::shared_ptr<GradientFactors> gradient_factors_;
  // Packed for the library's products or for ours.
  at::Tensor packed_weight_, packed_bias_;
  std::variant<std::monostate, Shared<kernels::Float32Weights>, Shared<kernels::Int16Weights>,
               Shared<kernels::Int8Weights>>
      own_weights_;
};

}  // namespace reprtune
