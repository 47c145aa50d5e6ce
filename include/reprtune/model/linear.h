#pragma once

#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/float32_weights.h>
#include <reprtune/kernels/int8_weights.h>

#include <memory>
#include <optional>

#include <ATen/core/Tensor.h>

namespace reprtune {

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

  /// The weight in the type of x: the float32 weight itself, or training_copy().
  const at::Tensor& weight_for(const at::Tensor& x) const;
  /// The weight rounded to bfloat16 [out, in], undefined until keep_training_copy(). Replicas share it, and
  /// who changes the weight writes it.
  const at::Tensor& training_copy() const { return training_copy_; }
  void keep_training_copy();
  void drop_training_copy() { training_copy_ = at::Tensor(); }

  /// Prepares `packed` for activations of this type; to be called again after the weights changed.
  void pack(at::ScalarType type);
  /// The same product with the packed weights, then the activation if there is one (only on the CPU); x must
  /// have the packed type. Not differentiable.
  at::Tensor packed(const at::Tensor& x, std::optional<kernels::Activation> activation = {}) const;
  /// Prepares packed_int8() with weights rounded to 8 bits. Columns of x are divided by `divisors` [in],
  /// which may be undefined, before they are rounded, and those of the weight multiplied.
  void pack_int8(const at::Tensor& divisors);
  /// The product in 8-bit integers, then the activation if there is one; x: [N, in] bfloat16 -> [N, out].
  at::Tensor packed_int8(const at::Tensor& x, std::optional<kernels::Activation> activation) const;
  /// gelu(packed(x)), with the exact (erf) GELU fused into the product where the library can.
  at::Tensor packed_gelu(const at::Tensor& x) const;

 private:
  at::Tensor weight_, bias_;
  at::Tensor training_copy_;
  at::Tensor packed_weight_, packed_bias_;
  std::shared_ptr<const kernels::Float32Weights> float32_weights_;
  std::shared_ptr<const kernels::Int8Weights> int8_weights_;
};

}  // namespace reprtune
