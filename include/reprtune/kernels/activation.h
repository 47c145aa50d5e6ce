#pragma once

#include <reprtune/kernels/bfloat16.h>

#include <cstddef>

namespace reprtune::kernels {

/// Activations of the feed-forward layer: gelu is x / 2 (1 + erf(x / sqrt 2)), gelu_tanh its approximation
/// (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016).
enum class Activation { gelu, gelu_tanh, relu };

/// x = activation(x), in place.
void activate(Activation activation, float* x, std::size_t count);
void activate(Activation activation, BFloat16* x, std::size_t count);

}  // namespace reprtune::kernels
