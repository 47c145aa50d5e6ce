// Rounds rows or columns of float32 to 16 bits, each with a scale of its own. Compiled once for each target.

#if defined(REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_
#undef REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_
#else
#define REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_
#endif

#include <reprtune/kernels/int16_weights.h>

#include "lanes-inl.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// The largest magnitude among the elements of a row, NaN if there is one.
HWY_INLINE float largest_magnitude(const float* row, std::size_t size) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> d32;
  const std::size_t lanes = lane_count(), whole = size / lanes * lanes;
  auto most = hn::Zero(d32);  // bits of magnitudes, in whose order NaN comes last
  const auto meet = [&](Floats x) { most = hn::Max(most, hn::BitCast(d32, hn::Abs(x))); };
  for (std::size_t i = 0; i < whole; i += lanes) meet(load(row + i));
  if (whole != size) meet(load_first(row + whole, size - whole));
  return hn::GetLane(hn::BitCast(d, hn::MaxOfLanes(d32, most)));
}

/// x rounded to the nearest integers, ties to even. Where each x fits into 32 bits: Highway would look after
/// the others, too.
HWY_INLINE hn::VFromD<hn::RebindToSigned<FloatTag>> nearest(Floats x) {
#if HWY_TARGET == HWY_AVX3
  return {_mm512_cvtps_epi32(x.raw)};
#elif HWY_TARGET == HWY_AVX2
  return {_mm256_cvtps_epi32(x.raw)};
#else
  return hn::NearestInt(x);
#endif
}

/// Scales below it have no finite inverse; elements as small become 0.
inline constexpr float kSmallestScale = std::numeric_limits<float>::min();

/// values = round(row / scale) with the smallest scale that keeps them within +-largest; gives the scale. Of
/// a row with an infinite element or NaN the values are 0 and the scale is that element.
HWY_INLINE float round_to_int16(const float* row, std::size_t size, std::int32_t largest,
                                std::int16_t* values) {
  const FloatTag d;
  const hn::Rebind<std::int16_t, FloatTag> d16;
  const std::size_t lanes = lane_count(), whole = size / lanes * lanes;
  const float magnitude = largest_magnitude(row, size);
  if (!(magnitude <= hwy::HighestValue<float>())) {
    std::fill_n(values, size, std::int16_t{0});
    return magnitude;
  }
  const float scale = magnitude / static_cast<float>(largest);
  const Floats inverse = hn::Set(d, scale >= kSmallestScale ? 1 / scale : 0);
  const auto rounded = [&](Floats x) { return hn::DemoteTo(d16, nearest(hn::Mul(x, inverse))); };
  for (std::size_t i = 0; i < whole; i += lanes) hn::StoreU(rounded(load(row + i)), d16, values + i);
  if (whole != size) {
    std::int16_t rest[HWY_MAX_BYTES / sizeof(float)];
    hn::StoreU(rounded(load_first(row + whole, size - whole)), d16, rest);
    std::copy_n(rest, size - whole, values + whole);
  }
  return scale;
}

/// Columns that are rounded side by side, so that memory is read in pieces longer than a cache line.
inline constexpr std::size_t kMostColumns = 96;

/// Columns [first, first + width) of a matrix in pieces, whose rows have `stride` elements.
struct Columns {
  std::span<const MatrixPiece> pieces;
  std::size_t stride, first, width;
};

/// The same of columns, at most kMostColumns; scales: [width]. place(i, first) is where the i-th pairs of
/// neighbours go, of the columns from `first` on; each piece begins with a new pair. Whole vectors of both
/// are written.
template <typename Place>
HWY_INLINE void round_columns_to_int16(const Columns& columns, std::int32_t largest, const Place& place,
                                       float* scales) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> d32;
  const std::size_t lanes = lane_count(), stride = columns.stride, width = columns.width;
  const auto for_each_vector = [&](const float* x, const auto& use) {
    std::size_t first = 0;
    for (; first + lanes <= width; first += lanes)
      use(first, [&](std::size_t row) { return load(x + row * stride + first); });
    if (first < width)
      use(first, [&](std::size_t row) { return load_first(x + row * stride + first, width - first); });
  };
  std::int32_t most[kMostColumns] = {};   // see largest_magnitude()
  constexpr std::size_t kRowsAhead = 16;  // too far apart for the processor to foresee
  for (const MatrixPiece& piece : columns.pieces) {
    const float* const x = piece.elements + columns.first;
    for (std::size_t i = 0; i < piece.rows; ++i) {
      prefetch(x + std::min(i + kRowsAhead, piece.rows - 1) * stride, width);
      for_each_vector(x, [&](std::size_t first, const auto& row) {
        const auto bits = hn::BitCast(d32, hn::Abs(row(i)));
        hn::StoreU(hn::Max(hn::LoadU(d32, most + first), bits), d32, most + first);
      });
    }
  }
  float inverses[kMostColumns];
  for (std::size_t first = 0; first < width; first += lanes) {
    const Floats magnitudes = hn::BitCast(d, hn::LoadU(d32, most + first));
    const Floats scale = hn::Div(magnitudes, hn::Set(d, static_cast<float>(largest)));
    const auto usable = hn::And(hn::Ge(scale, hn::Set(d, kSmallestScale)),
                                hn::Le(magnitudes, hn::Set(d, hwy::HighestValue<float>())));
    store(scale, scales + first);
    store(hn::IfThenElseZero(usable, hn::Div(hn::Set(d, 1), scale)), inverses + first);
  }
  std::size_t pair = 0;
  for (const MatrixPiece& piece : columns.pieces) {
    for (std::size_t i = 0; i < piece.rows; i += 2, ++pair) {
      for_each_vector(piece.elements + columns.first, [&](std::size_t first, const auto& row) {
        const Floats inverse = load(inverses + first);
        const auto rounded = [&](Floats values) {  // 0 where the inverse is, also of NaN
          return nearest(hn::IfThenElseZero(hn::Gt(inverse, hn::Zero(d)), hn::Mul(values, inverse)));
        };
        const auto low = hn::And(rounded(row(i)), hn::Set(d32, 0xffff));
        const auto high = i + 1 < piece.rows ? hn::ShiftLeft<16>(rounded(row(i + 1))) : hn::Zero(d32);
        hn::StoreU(hn::Or(low, high), d32, reinterpret_cast<std::int32_t*>(place(pair, first)));
      });
    }
  }
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_
