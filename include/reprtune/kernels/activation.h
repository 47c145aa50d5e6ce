#pragma once

#include <reprtune/kernels/bfloat16.h>

#include <cstddef>

namespace reprtune::kernels {

/// Activations of the feed-forward layer: gelu is x / 2 (1 + erf(x / sqrt 2)), gelu_tanh its approximation
/// (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016).
enum class Activation { gelu, gelu_tanh, relu };

/// y = activation(x); y may be x.
void activate(Activation activation, const float* x, std::size_t count, float* y);
void activate(Activation activation, const BFloat16* x, std::size_t count, BFloat16* y);

}  // namespace reprtune::kernels
