// Products of small float32 matrices that lie in the caches. Compiled once for each target.

#if defined(REPRTUNE_KERNELS_SMALL_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_SMALL_PRODUCT_INL_H_
#undef REPRTUNE_KERNELS_SMALL_PRODUCT_INL_H_
#else
#define REPRTUNE_KERNELS_SMALL_PRODUCT_INL_H_
#endif

#include "lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// A matrix of floats in memory: element (i, k) is data[i * row + k * column].
struct MatrixView {
  const float* data;
  std::size_t row, column;
};

/// Rows of sums in registers: with two vectors each, enough to hide the latency, and the 16 or 32 registers
/// hold them.
inline constexpr std::size_t kSmallProductRows = hn::MaxLanes(FloatTag()) == 16 ? 12 : 6;

/// c [kRows, kVectors * lanes] = a [kRows, depth] b [depth, ...] with `width` floats from row to row of b and
/// of c. Unless it stands alone and its loops are unrolled, compilers run out of registers.
template <std::size_t kRows, std::size_t kVectors>
HWY_NOINLINE void small_product_tile(const MatrixView& a, const float* b, std::size_t width,
                                     std::size_t depth, float* c) {
  const FloatTag d;
  const std::size_t lanes = lane_count(), row_step = a.row, column_step = a.column;
  Floats sums[kRows][kVectors];
  HWY_UNROLL(16)
  for (std::size_t row = 0; row < kRows; ++row) {
    HWY_UNROLL(2)
    for (std::size_t v = 0; v < kVectors; ++v) sums[row][v] = hn::Zero(d);
  }
  const float* factors = a.data;
  for (std::size_t k = 0; k < depth; ++k, b += width, factors += column_step) {
    Floats values[kVectors];
    HWY_UNROLL(2)
    for (std::size_t v = 0; v < kVectors; ++v) values[v] = hn::Load(d, b + v * lanes);
    HWY_UNROLL(16)
    for (std::size_t row = 0; row < kRows; ++row) {
      const Floats factor = hn::Set(d, factors[row * row_step]);
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kVectors; ++v) sums[row][v] = hn::MulAdd(factor, values[v], sums[row][v]);
    }
  }
  HWY_UNROLL(16)
  for (std::size_t row = 0; row < kRows; ++row) {
    HWY_UNROLL(2)
    for (std::size_t v = 0; v < kVectors; ++v) hn::Store(sums[row][v], d, c + row * width + v * lanes);
  }
}

/// The same for `rows` up to kRows.
template <std::size_t kVectors, std::size_t kRows = kSmallProductRows>
HWY_INLINE void small_product_rows(const MatrixView& a, std::size_t rows, const float* b, std::size_t width,
                                   std::size_t depth, float* c) {
  if (rows == kRows) return small_product_tile<kRows, kVectors>(a, b, width, depth, c);
  if constexpr (kRows > 1) small_product_rows<kVectors, kRows - 1>(a, rows, b, width, depth, c);
}

/// c [rows, width] = a [rows, depth] b [depth, width]; width is whole vectors, and b and c are aligned to
/// them. In tiles of nearly equal height.
HWY_INLINE void small_product(const MatrixView& a, std::size_t rows, const float* b, std::size_t width,
                              std::size_t depth, float* c) {
  const std::size_t lanes = lane_count();
  const std::size_t tiles = (rows + kSmallProductRows - 1) / kSmallProductRows;
  for (std::size_t i = 0; i < width; i += 2 * lanes) {
    for (std::size_t tile = 0; tile < tiles; ++tile) {
      const std::size_t first = rows * tile / tiles, count = rows * (tile + 1) / tiles - first;
      const MatrixView of_tile = {a.data + first * a.row, a.row, a.column};
      float* const to = c + first * width + i;
      if (i + lanes < width) {
        small_product_rows<2>(of_tile, count, b + i, width, depth, to);
      } else {
        small_product_rows<1>(of_tile, count, b + i, width, depth, to);
      }
    }
  }
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // REPRTUNE_KERNELS_SMALL_PRODUCT_INL_H_
