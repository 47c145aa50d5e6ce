#pragma once

#include <cstddef>
#include <cstdint>

namespace reprtune::kernels {

/// Rows of one tile of int8_product().
inline constexpr std::size_t kTileRows = 12;

/// sums [rows, 32] of x [rows, 4 quads], `stride` bytes from row to row, times a panel [quads, 32, 4] of
/// Int8Weights. `sums` is aligned to 64 bytes; 1 to kTileRows rows.
using Int8Tile = void(const std::uint8_t* x, std::size_t stride, std::size_t rows, const std::int8_t* panel,
                      std::size_t quads, std::int32_t* sums);

/// Only for processors with avx512_vnni.
Int8Tile vnni_tile;

}  // namespace reprtune::kernels
