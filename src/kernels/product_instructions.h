#pragma once

namespace reprtune::kernels {

// What the chosen target multiplies in hardware and Highway's targets do not tell apart.

/// bfloat16 (avx512_bf16).
bool use_bfloat16_products();
/// Integers of 8 and of 16 bits (avx512_vnni).
bool use_vnni_products();

}  // namespace reprtune::kernels
