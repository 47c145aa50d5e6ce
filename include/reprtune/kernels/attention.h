#pragma once

#include <reprtune/kernels/bfloat16.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace reprtune::kernels {

/// Self-attention (Vaswani et al., 2017) over rows of any length that stand end to end: for each row and head
/// softmax(Q K^T / sqrt(D)) V. `offsets` [B + 1]: row r is the tokens offsets[r] to offsets[r + 1]. qkv: [N,
/// 3, heads, D]; out: [N, heads, D]. The softmax is exact and in float32; with bfloat16 activations its
/// weights are rounded to bfloat16 where the processor multiplies those.
void attention(const float* qkv, std::span<const std::int64_t> offsets, std::size_t heads,
               std::size_t head_size, float* out);
void attention(const BFloat16* qkv, std::span<const std::int64_t> offsets, std::size_t heads,
               std::size_t head_size, BFloat16* out);

}  // namespace reprtune::kernels
