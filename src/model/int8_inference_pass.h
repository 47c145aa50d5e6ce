#pragma once

#include "cpu_inference_pass.h"

namespace reprtune {

/// CpuInferencePass with products in 8-bit integers: x is rounded on its way into each of them. Activations
/// are bfloat16.
class Int8InferencePass : private CpuInferencePass {
 public:
  explicit Int8InferencePass(const EncoderConfig& config);

  using CpuInferencePass::add_norm;
  using CpuInferencePass::embed;
  using CpuInferencePass::self_attention;
  at::Tensor linear(const Linear& linear, const at::Tensor& x) const;    // -> [N, out]
  at::Tensor activate(const Linear& linear, const at::Tensor& x) const;  // -> [N, F]

 private:
  kernels::Activation activation_;
};

}  // namespace reprtune
