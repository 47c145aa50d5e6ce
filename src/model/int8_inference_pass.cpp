#include "int8_inference_pass.h"

#include "kernel_arguments.h"

#include <ATen/core/Tensor.h>

namespace reprtune {

Int8InferencePass::Int8InferencePass(const EncoderConfig& config)
    : CpuInferencePass(config, at::kBFloat16, 0), activation_(kernel_activation(config.activation)) {}

at::Tensor Int8InferencePass::linear(const Linear& linear, const at::Tensor& x) const {
  return linear.packed_int8(x, std::nullopt);
}

at::Tensor Int8InferencePass::activate(const Linear& linear, const at::Tensor& x) const {
  return linear.packed_int8(x, activation_);
}

}  // namespace reprtune
