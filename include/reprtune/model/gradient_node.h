#pragma once

#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// From the gradient of a result to the gradients of what it was made from, in that order.
using GradientStep = std::function<std::vector<at::Tensor>(const at::Tensor& gradient)>;

/// Makes `result`, computed by kernels the library knows nothing about, differentiable: its way back is
/// `step`, which runs at most once and must not hold `result` itself but result.detach(). Without inputs, the
/// way back ends here.
void set_gradient_step(const at::Tensor& result, const std::vector<at::Tensor>& inputs, GradientStep step);

}  // namespace reprtune
