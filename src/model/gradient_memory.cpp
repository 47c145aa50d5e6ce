#include "gradient_memory.h"

#include <ATen/ATen.h>

namespace reprtune {

at::Tensor gradient_memory(const at::Tensor& leaf, at::ScalarType type) {
  at::Tensor& gradient = leaf.mutable_grad();
  if (!gradient.defined() || gradient.scalar_type() != type) gradient = at::empty(leaf.sizes(), type);
  return gradient;
}

}  // namespace reprtune
