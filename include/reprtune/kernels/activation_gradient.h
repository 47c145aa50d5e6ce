#pragma once

#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/bfloat16.h>

#include <cstddef>

namespace reprtune::kernels {

/// dx = dy activation'(x): the gradient of the activation's argument; dx may be dy.
void activation_gradient(Activation activation, const float* x, const float* dy, std::size_t count,
                         float* dx);
void activation_gradient(Activation activation, const BFloat16* x, const BFloat16* dy, std::size_t count,
                         BFloat16* dx);

/// sums [columns] of x [rows, columns]: the gradient of a bias.
void column_sums(const float* x, std::size_t rows, std::size_t columns, float* sums);
void column_sums(const BFloat16* x, std::size_t rows, std::size_t columns, float* sums);

}  // namespace reprtune::kernels
