#pragma once

namespace reprtune::kernels {

/// Whether the chosen target multiplies bfloat16 in hardware (avx512_bf16), which Highway's targets do not
/// tell apart.
bool use_bfloat16_products();

}  // namespace reprtune::kernels
