#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

struct LbfgsOptions {
  std::int64_t iterations = 300;
  std::int64_t history = 20;     ///< pairs of vectors as large as the weights that are kept
  double least_gradient = 1e-5;  ///< it ends when no element of the gradient is larger
};

/// Moves the weights, which require a gradient, to where a smooth function of them is least: L-BFGS with a
/// strong Wolfe line search (Nocedal and Wright, "Numerical Optimization", 2006, algorithms 7.5 and 3.5).
void minimize(const std::vector<at::Tensor>& weights, const std::function<at::Tensor()>& function,
              const LbfgsOptions& options = {});

}  // namespace reprtune
