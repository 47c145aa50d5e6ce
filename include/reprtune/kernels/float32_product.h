#pragma once

#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/float32_weights.h>

#include <cstddef>
#include <optional>

namespace reprtune::kernels {

/// y = activation(x W^T + b); x: [rows, in], in > 0, y: [rows, out], which may not overlap.
///
/// Each sum is taken in the order of the inputs, by fused multiply-adds where the target has them: its
/// rounding error is at most in 2^-24 sum |x W|. A row's result does not depend on the other rows.
void float32_product(const Float32Weights& weights, const float* x, std::size_t rows,
                     std::optional<Activation> activation, float* y);

/// Whether it was measured to be faster than libtorch's packed products on the chosen target: with AVX2.
bool has_fast_float32_product();

}  // namespace reprtune::kernels
