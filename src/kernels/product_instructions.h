#pragma once

namespace reprtune::kernels {

// What the chosen target multiplies in hardware and Highway's targets do not tell apart.

/// bfloat16 (avx512_bf16).
bool use_bfloat16_products();
/// 8-bit integers (avx512_vnni).
bool use_vnni_products();

}  // namespace reprtune::kernels
