#pragma once

#include <reprtune/kernels/bfloat16.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace reprtune::kernels {

/// bfloat16_attention takes head sizes that are multiples of this.
inline constexpr std::size_t kBFloat16HeadMultiple = 16;

/// attention() with products in bfloat16; only for processors with avx512_bf16.
void bfloat16_attention(const BFloat16* qkv, std::span<const std::int64_t> offsets, std::size_t heads,
                        std::size_t head_size, BFloat16* out);

}  // namespace reprtune::kernels
