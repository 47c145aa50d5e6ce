#include <reprtune/kernels/dropout.h>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dropout.cpp"
#include <hwy/foreach_target.h>
#include "dropout-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

template <typename T>
HWY_INLINE void add_dropped_elements(const DropoutMask& mask, const T* x, const T* base, std::size_t count,
                                     T* y) {
  const FloatTag d;
  const DropoutFactors factors(mask);
  const std::size_t lanes = lane_count();
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Floats start = base == nullptr ? hn::Zero(d) : load(base + i);
    store(hn::MulAdd(load(x + i), factors(i), start), y + i);
  }
  if (const std::size_t rest = count - i; rest != 0) {
    const Floats start = base == nullptr ? hn::Zero(d) : load_first(base + i, rest);
    store_first(hn::MulAdd(load_first(x + i, rest), factors(i), start), y + i, rest);
  }
}

void add_dropped_float(const DropoutMask& mask, const float* x, const float* base, std::size_t count,
                       float* y) {
  add_dropped_elements(mask, x, base, count, y);
}

void add_dropped_bfloat16(const DropoutMask& mask, const BFloat16* x, const BFloat16* base, std::size_t count,
                          BFloat16* y) {
  add_dropped_elements(mask, x, base, count, y);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(add_dropped_float);
HWY_EXPORT(add_dropped_bfloat16);

void add_dropped(const DropoutMask& mask, const float* x, const float* base, std::size_t count, float* y) {
  HWY_DYNAMIC_DISPATCH(add_dropped_float)(mask, x, base, count, y);
}

void add_dropped(const DropoutMask& mask, const BFloat16* x, const BFloat16* base, std::size_t count,
                 BFloat16* y) {
  HWY_DYNAMIC_DISPATCH(add_dropped_bfloat16)(mask, x, base, count, y);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
