#pragma once

#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/bfloat16.h>

#include <cstddef>

namespace reprtune::kernels {

/// dy *= activation'(x): the gradient of the activation's argument, in place.
void activation_gradient(Activation activation, const float* x, std::size_t count, float* dy);
void activation_gradient(Activation activation, const BFloat16* x, std::size_t count, BFloat16* dy);

/// sums [columns] of x [rows, columns]: the gradient of a bias.
void column_sums(const float* x, std::size_t rows, std::size_t columns, float* sums);
void column_sums(const BFloat16* x, std::size_t rows, std::size_t columns, float* sums);

}  // namespace reprtune::kernels
