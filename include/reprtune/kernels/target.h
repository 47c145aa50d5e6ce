#pragma once

#include <string>
#include <vector>

namespace reprtune::kernels {

/// The instruction sets the kernels were compiled for and this processor has, best first, for example
/// AVX3_BF16 (AVX-512 with products of bfloat16 and of integers), AVX3_VNNI (AVX-512 with products of
/// integers), AVX3 (AVX-512), AVX2, SSE4, SCALAR.
std::vector<std::string> supported_targets();

/// The one in use; at first the best.
std::string chosen_target();

/// Makes all kernels of this process use a target, for tests and comparisons. Not while kernels run. Throws
/// Error(usage) when it is not among supported_targets().
void choose_target(const std::string& name);

}  // namespace reprtune::kernels
