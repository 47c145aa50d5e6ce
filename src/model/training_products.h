#pragma once

#include <reprtune/kernels/update.h>
#include <reprtune/model/linear.h>

#include <cstdint>
#include <span>

namespace reprtune {

// The three products of a linear layer in training on the CPU, as Linear::prepare_training() has prepared
// them: in 16-bit integers by our kernels, or by the library in the type of x and dy. Nothing is recorded.

inline constexpr std::int64_t kSizesPerOctave = 16;  ///< of the library's: see activation_rows()

/// x W^T + b; x: [N, in] -> [N, out].
at::Tensor linear_product(const Linear& linear, const at::Tensor& x);

/// The gradient of x: dy W; dy: [N, out] -> [N, in].
at::Tensor input_gradient(const Linear& linear, const at::Tensor& dy);

/// The gradient of W: the sum of dy^T x over the factors, of which there is at least one; written or added to
/// `gradient` [out, in], of the type of x and dy.
void weight_gradient(const Linear& linear, std::span<const GradientFactors> factors, kernels::Update update,
                     at::Tensor& gradient);

}  // namespace reprtune
