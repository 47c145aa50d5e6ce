#include <reprtune/kernels/row_pooling_gradient.h>

#include <algorithm>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "row_pooling_gradient.cpp"
#include <hwy/foreach_target.h>
#include "lanes-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// to = factor * from, H elements.
template <typename T>
HWY_INLINE void scaled_copy(const float* from, float factor, std::size_t H, T* to) {
  const Floats factors = hn::Set(FloatTag(), factor);
  const std::size_t lanes = lane_count();
  std::size_t i = 0;
  for (; i + lanes <= H; i += lanes) store(hn::Mul(load(from + i), factors), to + i);
  if (i < H) store_first(hn::Mul(load_first(from + i, H - i), factors), to + i, H - i);
}

template <typename T>
HWY_INLINE void spread_rows(const RowPooling& pooling, const float* dvectors,
                            std::span<const std::int64_t> offsets, std::span<const std::int64_t> places,
                            std::size_t H, T* dhidden) {
  for (std::size_t row = 0; row < places.size(); ++row) {
    const auto first = static_cast<std::size_t>(offsets[row]),
               end = static_cast<std::size_t>(offsets[row + 1]);
    const float* const from = dvectors + static_cast<std::size_t>(places[row]) * H;
    const float share = pooling.mean ? 1.0F / static_cast<float>(end - first) : 1.0F;
    for (std::size_t token = first; token < end; ++token) {
      if (pooling.mean || token == first) {
        scaled_copy(from, share, H, dhidden + token * H);
      } else {
        std::fill_n(dhidden + token * H, H, T{});
      }
    }
  }
}

void spread_float(const RowPooling& pooling, const float* dvectors, std::span<const std::int64_t> offsets,
                  std::span<const std::int64_t> places, std::size_t H, float* dhidden) {
  spread_rows(pooling, dvectors, offsets, places, H, dhidden);
}
void spread_bfloat16(const RowPooling& pooling, const float* dvectors, std::span<const std::int64_t> offsets,
                     std::span<const std::int64_t> places, std::size_t H, BFloat16* dhidden) {
  spread_rows(pooling, dvectors, offsets, places, H, dhidden);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(spread_float);
HWY_EXPORT(spread_bfloat16);

void pool_rows_gradient(const RowPooling& pooling, const float* dvectors,
                        std::span<const std::int64_t> offsets, std::span<const std::int64_t> places,
                        std::size_t H, float* dhidden) {
  HWY_DYNAMIC_DISPATCH(spread_float)(pooling, dvectors, offsets, places, H, dhidden);
}
void pool_rows_gradient(const RowPooling& pooling, const float* dvectors,
                        std::span<const std::int64_t> offsets, std::span<const std::int64_t> places,
                        std::size_t H, BFloat16* dhidden) {
  HWY_DYNAMIC_DISPATCH(spread_bfloat16)(pooling, dvectors, offsets, places, H, dhidden);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
