#pragma once

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The gradient of a leaf, in the memory of the last one where that fits.
at::Tensor gradient_memory(const at::Tensor& leaf, at::ScalarType type);

}  // namespace reprtune
