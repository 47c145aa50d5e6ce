#pragma once

#include <cstddef>

namespace reprtune::kernels {

/// Working memory of the calling thread for `count` floats, aligned to 64 bytes; what an earlier call gave is
/// gone. It is kept between calls, so that kernels do not allocate.
float* scratch(std::size_t count);

}  // namespace reprtune::kernels
