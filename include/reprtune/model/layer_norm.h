#pragma once

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The weights of a layer normalisation (Ba et al., 2016).
struct LayerNorm {
  at::Tensor weight, bias;  // [H] float32
  double epsilon = 1e-12;
};

}  // namespace reprtune
