#pragma once

#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/int16_weights.h>
#include <reprtune/kernels/update.h>

#include <cstddef>
#include <optional>
#include <span>

namespace reprtune::kernels {

/// y = activation(x W^T + b) by products of 16-bit integers; x: [rows, in], in > 0, y: [rows, out], which may
/// not overlap.
///
/// Each token x is rounded on its way into the product, x ~ scale q with |q| <= L = weights.largest_input(),
/// from 2,731 when all weights of a row are equally large to some 7,700 when they are spread normally. With
/// the rounded weights W ~ scale w
///     y = scale_x scale_w sum(q w) + b.
/// The sums of 384 inputs each are exact. An element of x is off by at most 1 / (2 L) of the largest of its
/// token, an element of W by 1/4094 of the largest of its row. A row's result does not depend on the other
/// rows.
void int16_product(const Int16Weights& weights, const float* x, std::size_t rows,
                   std::optional<Activation> activation, float* y);

/// y = x^T M + b, or y += x^T M, the same of the columns of x [in, rows], of which each is a row of the first
/// factor. x is in pieces of as many rows as those that M was set by.
void int16_product_of_columns(const Int16Weights& weights, std::span<const MatrixPiece> x, std::size_t rows,
                              Update update, float* y);
inline void int16_product_of_columns(const Int16Weights& weights, const float* x, std::size_t rows,
                                     float* y) {
  const MatrixPiece all{x, weights.in()};
  int16_product_of_columns(weights, {&all, 1}, rows, Update::replace, y);
}

/// Whether it was measured to be faster than the products in float32 on the chosen target: with avx512_vnni
/// or AVX2.
bool has_fast_int16_product();

}  // namespace reprtune::kernels
