#pragma once

#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/bfloat16.h>
#include <reprtune/kernels/int8_weights.h>

#include <cstddef>
#include <optional>

namespace reprtune::kernels {

/// y = activation(x W^T + b) by products of 8-bit integers; x: [rows, in], y: [rows, out].
///
/// Each token x is rounded to 8 bits on its way into the product, x ~ scale q + shift with q from 0 for its
/// smallest element to 255 for its largest. The sums are exact (int32; in < 2^16), so that with the rounded
/// weights W = scale w
///     y = scale_x scale_w sum(q w) + shift_x sum(W) + b.
/// An element of x is off by at most 1/510 of the token's range, an element of W by 1/254 of the largest of
/// its row (after the division that Int8Weights describes). GELU is good to 5e-4. A row's result does not
/// depend on the other rows.
void int8_product(const Int8Weights& weights, const BFloat16* x, std::size_t rows,
                  std::optional<Activation> activation, BFloat16* y);

/// Whether the chosen target multiplies 8-bit integers in hardware. Without that it is no faster than
/// float32.
bool has_fast_int8_product();

}  // namespace reprtune::kernels
