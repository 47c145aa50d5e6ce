#include <reprtune/kernels/activation.h>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "activation.cpp"
#include <hwy/foreach_target.h>
#include "activation-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// Neighbours stay together: the even elements are the lower halves of 32-bit numbers and the odd ones the
/// upper halves, so that nothing has to be moved from lane to lane. Gives the number of elements done.
template <typename Function>
HWY_INLINE std::size_t map_pairs(const Function& function, const BFloat16* x, std::size_t count,
                                 BFloat16* y) {
  const FloatTag d;
  const hn::RebindToUnsigned<FloatTag> d32;
  const std::size_t step = 2 * lane_count();
  const auto upper = hn::Set(d32, 0xffff0000U);
  std::size_t i = 0;
  for (; i + step <= count; i += step) {
    const auto bits = hn::LoadU(d32, reinterpret_cast<const std::uint32_t*>(x + i));
    const auto even = rounded_bits(function(hn::BitCast(d, hn::ShiftLeft<16>(bits))));
    const auto odd = rounded_bits(function(hn::BitCast(d, hn::And(bits, upper))));
    hn::StoreU(hn::Or(hn::ShiftRight<16>(even), hn::And(odd, upper)), d32,
               reinterpret_cast<std::uint32_t*>(y + i));
  }
  return i;
}

template <typename Function>
HWY_INLINE std::size_t map_pairs(const Function&, const float*, std::size_t, float*) {
  return 0;
}

template <typename T, typename Function>
HWY_INLINE void map(const Function& function, const T* x, std::size_t count, T* y) {
  const std::size_t lanes = lane_count();
  std::size_t i = map_pairs(function, x, count, y);
  for (; i + lanes <= count; i += lanes) store(function(load(x + i)), y + i);
  if (i < count) store_first(function(load_first(x + i, count - i)), y + i, count - i);
}

template <typename T>
HWY_INLINE void activate_all(Activation activation, const T* x, std::size_t count, T* y) {
  switch (activation) {
    case Activation::gelu:
      return map(Gelu(), x, count, y);
    case Activation::gelu_tanh:
      return map(GeluTanh(), x, count, y);
    case Activation::relu:
      return map(Relu(), x, count, y);
  }
}

void activate_float(Activation activation, const float* x, std::size_t count, float* y) {
  activate_all(activation, x, count, y);
}

void activate_bfloat16(Activation activation, const BFloat16* x, std::size_t count, BFloat16* y) {
  activate_all(activation, x, count, y);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(activate_float);
HWY_EXPORT(activate_bfloat16);

void activate(Activation activation, const float* x, std::size_t count, float* y) {
  HWY_DYNAMIC_DISPATCH(activate_float)(activation, x, count, y);
}

void activate(Activation activation, const BFloat16* x, std::size_t count, BFloat16* y) {
  HWY_DYNAMIC_DISPATCH(activate_bfloat16)(activation, x, count, y);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
