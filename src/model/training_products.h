#pragma once

#include <reprtune/model/linear.h>

namespace reprtune {

// The three products of a linear layer in training on the CPU, as Linear::prepare_training() has prepared
// them: in 16-bit integers by our kernels, or by the library in the type of x and dy. Nothing is recorded.

/// x W^T + b; x: [N, in] -> [N, out].
at::Tensor linear_product(const Linear& linear, const at::Tensor& x);

/// The gradient of x: dy W; dy: [N, out] -> [N, in].
at::Tensor input_gradient(const Linear& linear, const at::Tensor& dy);

/// The gradient of W: dy^T x, written to `gradient` [out, in], of the type of x and dy.
void weight_gradient(const Linear& linear, const at::Tensor& x, const at::Tensor& dy, at::Tensor& gradient);

}  // namespace reprtune
