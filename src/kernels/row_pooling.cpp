#include <reprtune/kernels/row_pooling.h>

#include <algorithm>
#include <cmath>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "row_pooling.cpp"
#include <hwy/foreach_target.h>
#include "lanes-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// The sum of `tokens` rows of H elements.
template <typename T>
HWY_INLINE void sum_tokens(const T* hidden, std::size_t tokens, std::size_t H, float* vector) {
  const std::size_t lanes = lane_count();
  std::size_t i = 0;
  for (; i + lanes <= H; i += lanes) {
    Floats sum = load(hidden + i);
    for (std::size_t token = 1; token < tokens; ++token) sum = hn::Add(sum, load(hidden + token * H + i));
    store(sum, vector + i);
  }
  if (i == H) return;
  Floats sum = load_first(hidden + i, H - i);
  for (std::size_t token = 1; token < tokens; ++token)
    sum = hn::Add(sum, load_first(hidden + token * H + i, H - i));
  store_first(sum, vector + i, H - i);
}

HWY_INLINE void scale_vector(float* vector, std::size_t H, float factor) {
  const Floats factors = hn::Set(FloatTag(), factor);
  const std::size_t lanes = lane_count();
  std::size_t i = 0;
  for (; i + lanes <= H; i += lanes) store(hn::Mul(load(vector + i), factors), vector + i);
  for (; i < H; ++i) vector[i] *= factor;
}

HWY_INLINE float norm_of(const float* vector, std::size_t H) {
  const std::size_t lanes = lane_count();
  Floats squares = hn::Zero(FloatTag());
  std::size_t i = 0;
  for (; i + lanes <= H; i += lanes) {
    const Floats x = load(vector + i);
    squares = hn::MulAdd(x, x, squares);
  }
  float sum = hn::GetLane(sum_of(squares));
  for (; i < H; ++i) sum += vector[i] * vector[i];
  return std::sqrt(sum);
}

template <typename T>
HWY_INLINE void pool_all(const RowPooling& pooling, const T* hidden, std::span<const std::int64_t> offsets,
                         std::span<const std::int64_t> places, std::size_t H, float* vectors) {
  for (std::size_t row = 0; row < places.size(); ++row) {
    const auto first = static_cast<std::size_t>(offsets[row]);
    const std::size_t tokens = pooling.mean ? static_cast<std::size_t>(offsets[row + 1]) - first : 1;
    float* const vector = vectors + static_cast<std::size_t>(places[row]) * H;
    sum_tokens(hidden + first * H, tokens, H, vector);
    if (tokens > 1) scale_vector(vector, H, 1.0F / static_cast<float>(tokens));
    if (pooling.normalize) scale_vector(vector, H, 1.0F / std::max(norm_of(vector, H), 1e-12F));
  }
}

void pool_float(const RowPooling& pooling, const float* hidden, std::span<const std::int64_t> offsets,
                std::span<const std::int64_t> places, std::size_t H, float* vectors) {
  pool_all(pooling, hidden, offsets, places, H, vectors);
}

void pool_bfloat16(const RowPooling& pooling, const BFloat16* hidden, std::span<const std::int64_t> offsets,
                   std::span<const std::int64_t> places, std::size_t H, float* vectors) {
  pool_all(pooling, hidden, offsets, places, H, vectors);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(pool_float);
HWY_EXPORT(pool_bfloat16);

void pool_rows(const RowPooling& pooling, const float* hidden, std::span<const std::int64_t> offsets,
               std::span<const std::int64_t> places, std::size_t H, float* vectors) {
  HWY_DYNAMIC_DISPATCH(pool_float)(pooling, hidden, offsets, places, H, vectors);
}

void pool_rows(const RowPooling& pooling, const BFloat16* hidden, std::span<const std::int64_t> offsets,
               std::span<const std::int64_t> places, std::size_t H, float* vectors) {
  HWY_DYNAMIC_DISPATCH(pool_bfloat16)(pooling, hidden, offsets, places, H, vectors);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
