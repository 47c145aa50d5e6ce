#pragma once

#include <reprtune/kernels/bfloat16.h>
#include <reprtune/kernels/dropout.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace reprtune::kernels {

/// Rows that stand end to end, and how their heads are laid out: row r is the tokens offsets[r] to
/// offsets[r + 1]; qkv: [N, 3, heads, D], results [N, heads, D].
struct AttentionShape {
  std::span<const std::int64_t> offsets;  // [B + 1]
  std::size_t heads = 0;
  std::size_t head_size = 0;  // D
};

/// Self-attention as attention() computes it, with dropout of the softmax weights; arithmetic is in float32.
void dropped_attention(const AttentionShape& shape, const DropoutMask& mask, const float* qkv, float* out);
void dropped_attention(const AttentionShape& shape, const DropoutMask& mask, const BFloat16* qkv,
                       BFloat16* out);

/// From dout, the gradient of its result, to dqkv [N, 3, heads, D]. The weights are computed again.
void attention_gradient(const AttentionShape& shape, const DropoutMask& mask, const float* qkv,
                        const float* dout, float* dqkv);
void attention_gradient(const AttentionShape& shape, const DropoutMask& mask, const BFloat16* qkv,
                        const BFloat16* dout, BFloat16* dqkv);

}  // namespace reprtune::kernels
