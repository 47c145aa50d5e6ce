#pragma once

#include <cstdint>

namespace reprtune::kernels {

/// The upper half of a float32, as activations are stored: a number format of memory only, all arithmetic is
/// in float32.
struct BFloat16 {
  std::uint16_t bits = 0;
};

}  // namespace reprtune::kernels
