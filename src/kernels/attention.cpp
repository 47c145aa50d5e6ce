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
#include "small_product-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// Vectors of queries that go together: the scores of a key with them lie side by side, so that the softmax
/// of each query runs down a lane.
inline constexpr std::size_t kQueryVectors = 2;

/// x = e^(x - largest of the column) for x [rows, width]; the sums of the columns. Width is whole vectors.
HWY_INLINE void exponentials(float* x, std::size_t rows, std::size_t width, float* sums) {
  const FloatTag d;
  for (std::size_t i = 0; i < width; i += lane_count()) {
    Floats largest = hn::Load(d, x + i);
    for (std::size_t row = 1; row < rows; ++row) largest = hn::Max(largest, hn::Load(d, x + row * width + i));
    Floats sum = hn::Zero(d);
    for (std::size_t row = 0; row < rows; ++row) {
      const Floats e = exponential(hn::Sub(hn::Load(d, x + row * width + i), largest));
      hn::Store(e, d, x + row * width + i);
      sum = hn::Add(sum, e);
    }
    hn::Store(sum, d, sums + i);
  }
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
  const std::size_t padded_D = whole_vectors(D), most_queries = kQueryVectors * lane_count();
  float* const keys = scratch(2 * tokens * padded_D + (tokens + 2 * padded_D + 1) * most_queries +
                              padded_D);                     // [tokens, padded D]
  float* const values = keys + tokens * padded_D;            // [tokens, padded D]
  float* const queries = values + tokens * padded_D;         // [padded D, queries]
  float* const weights = queries + padded_D * most_queries;  // [tokens, queries]
  float* const results = weights + tokens * most_queries;    // [queries, padded D]
  float* const sums = results + padded_D * most_queries;     // [queries]
  float* const query = sums + most_queries;                  // [padded D]
  for (std::size_t t = 0; t < tokens; ++t) {
    // The next head's.
    for (std::size_t part = 0; part < 3; ++part) prefetch(qkv + (3 * t + part) * stride + D, D);
    copy_scaled(qkv + (3 * t + 1) * stride, D, 1.0F, keys + t * padded_D);
    copy_scaled(qkv + (3 * t + 2) * stride, D, 1.0F, values + t * padded_D);
  }
  const float scale = 1.0F / std::sqrt(static_cast<float>(D));
  for (std::size_t first = 0; first < tokens; first += most_queries) {
    const std::size_t count = std::min(most_queries, tokens - first), width = whole_vectors(count);
    if (count < width) std::fill_n(queries, D * width, 0.0F);
    for (std::size_t q = 0; q < count; ++q) {
      copy_scaled(qkv + (first + q) * 3 * stride, D, scale, query);
      for (std::size_t i = 0; i < D; ++i) queries[i * width + q] = query[i];
    }
    small_product({keys, padded_D, 1}, tokens, queries, width, D, weights);
    exponentials(weights, tokens, width, sums);
    small_product({weights, 1, width}, count, values, padded_D, tokens, results);
    for (std::size_t q = 0; q < count; ++q)
      store_scaled(results + q * padded_D, D, 1.0F / sums[q], out + (first + q) * stride);
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
