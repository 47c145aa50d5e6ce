#pragma once

#include <reprtune/kernels/bfloat16.h>
#include <reprtune/kernels/row_pooling.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace reprtune::kernels {

/// From dvectors, the gradient of the vectors that pool_rows() made with RowPooling::normalize off, to
/// dhidden [N, H]; places and offsets are those of pool_rows().
void pool_rows_gradient(const RowPooling& pooling, const float* dvectors,
                        std::span<const std::int64_t> offsets, std::span<const std::int64_t> places,
                        std::size_t H, float* dhidden);
void pool_rows_gradient(const RowPooling& pooling, const float* dvectors,
                        std::span<const std::int64_t> offsets, std::span<const std::int64_t> places,
                        std::size_t H, BFloat16* dhidden);

}  // namespace reprtune::kernels
