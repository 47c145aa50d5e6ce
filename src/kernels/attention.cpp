#include <reprtune/kernels/attention.h>

#include "bfloat16_attention.h"
#include "product_instructions.h"
#include "scratch.h"

#include <algorithm>
#include <cmath>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "attention.cpp"
#include <hwy/foreach_target.h>
#include "exponential-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// Queries that share each load of keys and values: with two vectors, as many sums as hide the latency.
inline constexpr std::size_t kQueries = HWY_TARGET == HWY_AVX3 ? 8 : 4;

/// c [kRows, kVectors * lanes] = a [kRows, depth] b [depth, ...]; strides count floats.
template <std::size_t kRows, std::size_t kVectors>
HWY_INLINE void product_tile(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride,
                             std::size_t depth, float* c, std::size_t c_stride) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  Floats sums[kRows][kVectors];
  for (auto& row : sums)
    for (Floats& sum : row) sum = hn::Zero(d);
  for (std::size_t k = 0; k < depth; ++k, b += b_stride) {
    Floats values[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) values[v] = hn::Load(d, b + v * lanes);
    for (std::size_t row = 0; row < kRows; ++row) {
      const Floats factor = hn::Set(d, a[row * a_stride + k]);
      for (std::size_t v = 0; v < kVectors; ++v) sums[row][v] = hn::MulAdd(factor, values[v], sums[row][v]);
    }
  }
  for (std::size_t row = 0; row < kRows; ++row)
    for (std::size_t v = 0; v < kVectors; ++v) hn::Store(sums[row][v], d, c + row * c_stride + v * lanes);
}

template <std::size_t kRows>
HWY_INLINE void product_rows(const float* a, std::size_t a_stride, const float* b, std::size_t width,
                             std::size_t depth, float* c) {
  const std::size_t lanes = lane_count();
  std::size_t i = 0;
  for (; i + 2 * lanes <= width; i += 2 * lanes)
    product_tile<kRows, 2>(a, a_stride, b + i, width, depth, c + i, width);
  if (i < width) product_tile<kRows, 1>(a, a_stride, b + i, width, depth, c + i, width);
}

/// c [rows, width] = a [rows, depth] b [depth, width] with rows <= kQueries and width whole vectors.
HWY_INLINE void product(const float* a, std::size_t a_stride, const float* b, std::size_t width,
                        std::size_t depth, std::size_t rows, float* c) {
  if (rows == kQueries) return product_rows<kQueries>(a, a_stride, b, width, depth, c);
  std::size_t row = 0;
  for (; row + 4 <= rows; row += 4)
    product_rows<4>(a + row * a_stride, a_stride, b, width, depth, c + row * width);
  for (; row < rows; ++row) product_rows<1>(a + row * a_stride, a_stride, b, width, depth, c + row * width);
}

/// x = e^(x - max x) for the first `count` of x, zero behind them up to a whole vector; gives the sum.
HWY_INLINE float exponentials(float* x, std::size_t count) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  const std::size_t whole = count / lanes * lanes;
  const auto rest = hn::FirstN(d, count - whole);
  Floats largest = hn::Set(d, -INFINITY);
  for (std::size_t i = 0; i < whole; i += lanes) largest = hn::Max(largest, hn::Load(d, x + i));
  if (whole != count)
    largest = hn::Max(largest, hn::IfThenElse(rest, hn::Load(d, x + whole), hn::Set(d, -INFINITY)));
  largest = hn::MaxOfLanes(d, largest);
  Floats sum = hn::Zero(d);
  for (std::size_t i = 0; i < whole; i += lanes) {
    const Floats e = exponential(hn::Sub(hn::Load(d, x + i), largest));
    hn::Store(e, d, x + i);
    sum = hn::Add(sum, e);
  }
  if (whole != count) {
    const Floats e = hn::IfThenElseZero(rest, exponential(hn::Sub(hn::Load(d, x + whole), largest)));
    hn::Store(e, d, x + whole);
    sum = hn::Add(sum, e);
  }
  return hn::GetLane(sum_of(sum));
}

/// to [0, whole_vectors(count)) = factor * from, zero behind `count`.
template <typename T>
HWY_INLINE void copy_scaled(const T* from, std::size_t count, float factor, float* to) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  const Floats factors = hn::Set(d, factor);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::Store(hn::Mul(load(from + i), factors), d, to + i);
  if (i < count) hn::Store(hn::Mul(load_first(from + i, count - i), factors), d, to + i);
}

template <typename T>
HWY_INLINE void store_scaled(const float* from, std::size_t count, float factor, T* to) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  const Floats factors = hn::Set(d, factor);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) store(hn::Mul(hn::Load(d, from + i), factors), to + i);
  if (i < count) store_first(hn::Mul(hn::Load(d, from + i), factors), to + i, count - i);
}

/// One head of one row of T tokens. qkv points at its first query, out at its first result; `stride` is the
/// distance of two tokens of out, a third of that of qkv.
template <typename T>
HWY_INLINE void attend_head(const T* qkv, std::size_t tokens, std::size_t stride, std::size_t D, T* out) {
  const std::size_t padded_tokens = whole_vectors(tokens);
  const std::size_t padded_D = whole_vectors(D);
  float* const keys = scratch(D * padded_tokens + (tokens + 2 * kQueries + 1) * padded_D +
                              kQueries * padded_tokens);  // [D, padded tokens]
  float* const values = keys + D * padded_tokens;         // [tokens, padded D]
  float* const queries = values + tokens * padded_D;      // [kQueries, padded D]
  float* const results = queries + kQueries * padded_D;   // [kQueries, padded D]
  float* const key = results + kQueries * padded_D;       // [padded D]
  float* const weights = key + padded_D;                  // [kQueries, padded tokens]
  for (std::size_t t = 0; t < padded_tokens; ++t) {
    if (t < tokens) {
      // The next head's.
      for (std::size_t part = 0; part < 3; ++part) prefetch(qkv + (3 * t + part) * stride + D, D);
      copy_scaled(qkv + t * 3 * stride + stride, D, 1.0F, key);
      copy_scaled(qkv + t * 3 * stride + 2 * stride, D, 1.0F, values + t * padded_D);
    } else {
      std::fill_n(key, D, 0.0F);
    }
    for (std::size_t i = 0; i < D; ++i) keys[i * padded_tokens + t] = key[i];
  }
  const float scale = 1.0F / std::sqrt(static_cast<float>(D));
  for (std::size_t first = 0; first < tokens; first += kQueries) {
    const std::size_t rows = std::min(kQueries, tokens - first);
    for (std::size_t row = 0; row < rows; ++row)
      copy_scaled(qkv + (first + row) * 3 * stride, D, scale, queries + row * padded_D);
    product(queries, padded_D, keys, padded_tokens, D, rows, weights);
    float sums[kQueries];
    for (std::size_t row = 0; row < rows; ++row)
      sums[row] = exponentials(weights + row * padded_tokens, tokens);
    product(weights, padded_tokens, values, padded_D, tokens, rows, results);
    for (std::size_t row = 0; row < rows; ++row)
      store_scaled(results + row * padded_D, D, 1.0F / sums[row], out + (first + row) * stride);
  }
}

template <typename T>
HWY_INLINE void attend_all(const T* qkv, std::span<const std::int64_t> offsets, std::size_t heads,
                           std::size_t D, T* out) {
  const std::size_t H = heads * D;
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
    const auto first = static_cast<std::size_t>(offsets[row]);
    const std::size_t tokens = static_cast<std::size_t>(offsets[row + 1]) - first;
    for (std::size_t head = 0; head < heads; ++head)
      attend_head(qkv + first * 3 * H + head * D, tokens, H, D, out + first * H + head * D);
  }
}

void attend_float(const float* qkv, std::span<const std::int64_t> offsets, std::size_t heads,
                  std::size_t head_size, float* out) {
  attend_all(qkv, offsets, heads, head_size, out);
}

void attend_bfloat16(const BFloat16* qkv, std::span<const std::int64_t> offsets, std::size_t heads,
                     std::size_t head_size, BFloat16* out) {
  attend_all(qkv, offsets, heads, head_size, out);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(attend_float);
HWY_EXPORT(attend_bfloat16);

void attention(const float* qkv, std::span<const std::int64_t> offsets, std::size_t heads,
               std::size_t head_size, float* out) {
  HWY_DYNAMIC_DISPATCH(attend_float)(qkv, offsets, heads, head_size, out);
}

void attention(const BFloat16* qkv, std::span<const std::int64_t> offsets, std::size_t heads,
               std::size_t head_size, BFloat16* out) {
  if (use_bfloat16_products() && head_size % kBFloat16HeadMultiple == 0)
    return bfloat16_attention(qkv, offsets, heads, head_size, out);
  HWY_DYNAMIC_DISPATCH(attend_bfloat16)(qkv, offsets, heads, head_size, out);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
