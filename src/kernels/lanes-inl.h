// Vectors of float32 lanes from and to activations of either number format. Compiled once for each target.

#if defined(REPRTUNE_KERNELS_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_LANES_INL_H_
#undef REPRTUNE_KERNELS_LANES_INL_H_
#else
#define REPRTUNE_KERNELS_LANES_INL_H_
#endif

#include <reprtune/kernels/bfloat16.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::ScalableTag<float>;
using Floats = hn::Vec<FloatTag>;

HWY_INLINE std::size_t lane_count() { return hn::Lanes(FloatTag()); }

/// A count rounded up to whole vectors.
HWY_INLINE std::size_t whole_vectors(std::size_t count) {
  const std::size_t lanes = lane_count();
  return (count + lanes - 1) / lanes * lanes;
}

HWY_INLINE Floats load(const float* from) { return hn::LoadU(FloatTag(), from); }

HWY_INLINE Floats load(const BFloat16* from) {
  const FloatTag d;
  const hn::RebindToUnsigned<FloatTag> d32;
  const hn::Rebind<std::uint16_t, FloatTag> d16;
  const auto bits = hn::LoadU(d16, reinterpret_cast<const std::uint16_t*>(from));
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d32, bits)));
}

HWY_INLINE void store(Floats x, float* to) { hn::StoreU(x, FloatTag(), to); }

/// Bits whose upper half is x rounded to bfloat16, to the nearest, ties to even.
HWY_INLINE hn::VFromD<hn::RebindToUnsigned<FloatTag>> rounded_bits(Floats x) {
  const hn::RebindToUnsigned<FloatTag> d32;
  const auto bits = hn::BitCast(d32, x);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d32, 1));
  return hn::Add(bits, hn::Add(odd, hn::Set(d32, 0x7fff)));
}

HWY_INLINE void store(Floats x, BFloat16* to) {
  const hn::RebindToSigned<FloatTag> d32_signed;
  const hn::Rebind<std::uint16_t, FloatTag> d16;
  const auto rounded = hn::ShiftRight<16>(rounded_bits(x));
  hn::StoreU(hn::DemoteTo(d16, hn::BitCast(d32_signed, rounded)), d16, reinterpret_cast<std::uint16_t*>(to));
}

/// The first `count` lanes from memory, zero in the others.
template <typename T>
HWY_INLINE Floats load_first(const T* from, std::size_t count) {
  T lanes[HWY_MAX_BYTES / sizeof(float)] = {};
  std::memcpy(lanes, from, count * sizeof(T));
  return load(lanes);
}

template <typename T>
HWY_INLINE void store_first(Floats x, T* to, std::size_t count) {
  T lanes[HWY_MAX_BYTES / sizeof(float)];
  store(x, lanes);
  std::memcpy(to, lanes, count * sizeof(T));
}

/// Asks for elements that are read soon, in pieces too far apart for the processor to foresee. They need not
/// be there.
template <typename T>
HWY_INLINE void prefetch(const T* from, std::size_t count) {
  constexpr std::size_t kCacheLine = 64;  // bytes
  for (std::size_t i = 0; i < count; i += kCacheLine / sizeof(T)) hwy::Prefetch(from + i);
}

/// The sum of all lanes, in each lane.
HWY_INLINE Floats sum_of(Floats x) { return hn::SumOfLanes(FloatTag(), x); }

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // REPRTUNE_KERNELS_LANES_INL_H_
