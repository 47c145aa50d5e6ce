// Rounds rows of float32 to 16 bits with a scale of their own. Compiled once for each target.

#if defined(REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_
#undef REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_
#else
#define REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_
#endif

#include "lanes-inl.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

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
  const Floats inverse = hn::Set(d, scale > 0 ? 1 / scale : 0);
  const auto rounded = [&](Floats x) { return hn::DemoteTo(d16, hn::NearestInt(hn::Mul(x, inverse))); };
  for (std::size_t i = 0; i < whole; i += lanes) hn::StoreU(rounded(load(row + i)), d16, values + i);
  if (whole != size) {
    std::int16_t rest[HWY_MAX_BYTES / sizeof(float)];
    hn::StoreU(rounded(load_first(row + whole, size - whole)), d16, rest);
    std::copy_n(rest, size - whole, values + whole);
  }
  return scale;
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // REPRTUNE_KERNELS_INT16_ROUNDING_INL_H_
