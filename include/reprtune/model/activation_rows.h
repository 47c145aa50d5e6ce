#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Number of rows of the activations of N tokens: N, rounded up to one of `sizes_per_octave` sizes, a power
/// of two, between a power of two and the next; 0 for N itself. The library's products compile and keep a
/// kernel for each number of rows they see, which over a long run of steps of any size would be hundreds of
/// MB and, in short steps, much of the time.
std::int64_t activation_rows(std::int64_t N, std::int64_t sizes_per_octave);

/// [rows, columns], the rows from N on zero.
at::Tensor activations(std::int64_t N, std::int64_t rows, std::int64_t columns, at::ScalarType type);

}  // namespace reprtune
