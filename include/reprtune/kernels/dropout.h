#pragma once

#include <reprtune/kernels/bfloat16.h>

#include <cstddef>
#include <cstdint>

namespace reprtune::kernels {

/// Which elements dropout keeps (Srivastava et al., 2014): a function of the key and the element's index
/// alone, so that the way back asks again instead of storing a mask, and every instruction set drops the
/// same.
struct DropoutMask {
  std::uint64_t key = 0;
  float probability =
      0;  ///< of an element to be dropped, below 1; what is kept is divided by 1 - probability
};

/// y = base + dropped(x), or dropped(x) without a base. `count` < 2^32 elements; y may be x or base.
void add_dropped(const DropoutMask& mask, const float* x, const float* base, std::size_t count, float* y);
void add_dropped(const DropoutMask& mask, const BFloat16* x, const BFloat16* base, std::size_t count,
                 BFloat16* y);

}  // namespace reprtune::kernels
