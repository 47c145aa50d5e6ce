#pragma once

#include <reprtune/kernels/dropout.h>

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Dropout whose masks are a function of (seed, number of the mask) alone: the same on every run, for any
/// number of threads, and after a resume. Srivastava et al., "Dropout", JMLR 2014 (inverted form: kept values
/// are divided by 1 - p).
class Dropout {
 public:
  /// Of elements with probability p, 0 <= p < 1. `stream` tells steps apart: the masks of step n are those of
  /// Dropout(p, seed, n).
  Dropout(double p, std::uint64_t seed, std::uint64_t stream);

  /// The next mask as a function, for the kernels.
  kernels::DropoutMask mask();

  /// The next mask applied with operators of the library: x with each element zeroed with probability p, the
  /// others scaled by 1 / (1 - p). Differentiable.
  at::Tensor operator()(const at::Tensor& x);

 private:
  double p_;
  std::uint64_t state_;
};

}  // namespace reprtune
