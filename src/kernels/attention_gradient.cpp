#include <reprtune/kernels/attention_gradient.h>

#include "scratch.h"

#include <algorithm>
#include <cmath>
#include <utility>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "attention_gradient.cpp"
#include <hwy/foreach_target.h>
#include "dropout-inl.h"
#include "exponential-inl.h"
#include "small_product-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// One head of one row, with everything in float32. T tokens, padded to whole vectors where they are columns.
struct Head {
  std::size_t T, padded_T, D, padded_D;

  float* queries = nullptr;  // [T, padded_D], scaled by 1 / sqrt(D)
  float* keys = nullptr;     // [T, padded_D]
  float* values = nullptr;   // [T, padded_D]
  float* turned = nullptr;   // [D, padded_T]: keys, later values, transposed
  float* result = nullptr;   // [T, padded_D]
  float* weights = nullptr;  // [T, padded_T] softmax
  float* dropped = nullptr;  // [T, padded_T] the same after dropout
  float* slopes = nullptr;   // [T, padded_T] gradient of the scores; only for the way back

  Head(std::size_t tokens, std::size_t head_size, bool back)
      : T(tokens), padded_T(whole_vectors(tokens)), D(head_size), padded_D(whole_vectors(head_size)) {
    const std::size_t by_token = T * padded_D, square = T * padded_T;
    float* memory = scratch(4 * by_token + padded_D * padded_T + (back ? 3 : 2) * square);
    const auto take = [&memory](std::size_t count) { return std::exchange(memory, memory + count); };
    queries = take(by_token);
    keys = take(by_token);
    values = take(by_token);
    result = take(by_token);
    turned = take(padded_D * padded_T);
    weights = take(square);
    dropped = take(square);
    if (back) slopes = take(square);
  }
};

/// to [T, padded_D] = scale * from, whose tokens are `stride` elements apart; zero behind D.
template <typename T>
HWY_INLINE void gather(const Head& head, const T* from, std::size_t stride, float scale, float* to) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  for (std::size_t t = 0; t < head.T; ++t, from += stride, to += head.padded_D) {
    prefetch(from + head.D, head.D);  // the next head's
    for (std::size_t i = 0; i < head.padded_D; i += lanes) {
      const Floats x = i + lanes <= head.D ? load(from + i) : load_first(from + i, head.D - i);
      hn::Store(hn::Mul(x, hn::Set(d, scale)), d, to + i);
    }
  }
}

template <typename T>
HWY_INLINE void scatter(const Head& head, const float* from, float scale, std::size_t stride, T* to) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  for (std::size_t t = 0; t < head.T; ++t, to += stride, from += head.padded_D) {
    for (std::size_t i = 0; i < head.padded_D; i += lanes) {
      const Floats x = hn::Mul(hn::Load(d, from + i), hn::Set(d, scale));
      if (i + lanes <= head.D) {
        store(x, to + i);
      } else {
        store_first(x, to + i, head.D - i);
      }
    }
  }
}

/// head.turned = from [T, padded_D], transposed, zero behind T.
HWY_INLINE void turn(const Head& head, const float* from) {
  for (std::size_t i = 0; i < head.D; ++i) {
    float* const to = head.turned + i * head.padded_T;
    for (std::size_t t = 0; t < head.T; ++t) to[t] = from[t * head.padded_D + i];
    std::fill(to + head.T, to + head.padded_T, 0.0F);
  }
}

/// A row of scores becomes softmax weights, zero behind T.
HWY_INLINE void softmax_row(const Head& head, float* row) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  const auto inside = [&](std::size_t i) { return hn::FirstN(d, std::min(head.T - i, lanes)); };
  Floats largest = hn::Set(d, -INFINITY);
  for (std::size_t i = 0; i < head.T; i += lanes)
    largest = hn::Max(largest, hn::IfThenElse(inside(i), hn::Load(d, row + i), hn::Set(d, -INFINITY)));
  largest = hn::MaxOfLanes(d, largest);
  Floats sum = hn::Zero(d);
  for (std::size_t i = 0; i < head.T; i += lanes) {
    const Floats weight = hn::IfThenElseZero(inside(i), exponential(hn::Sub(hn::Load(d, row + i), largest)));
    hn::Store(weight, d, row + i);
    sum = hn::Add(sum, weight);
  }
  const Floats factor = hn::Div(hn::Set(d, 1.0F), sum_of(sum));
  for (std::size_t i = 0; i < head.T; i += lanes)
    hn::Store(hn::Mul(hn::Load(d, row + i), factor), d, row + i);
}

/// The mask of one head of one row.
HWY_INLINE DropoutMask mask_of(const DropoutMask& mask, std::size_t first_token, std::size_t head) {
  std::uint64_t key = mask.key + (first_token * 4096 + head + 1) * 0x9e3779b97f4a7c15U;
  key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9U;
  return {key ^ (key >> 27), mask.probability};
}

/// Fills everything but the result and the slopes from qkv, which points at the head's first query.
template <typename T>
HWY_INLINE void compute_weights(const Head& head, const DropoutMask& mask, const T* qkv, std::size_t H) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  gather(head, qkv, 3 * H, 1.0F / std::sqrt(static_cast<float>(head.D)), head.queries);
  gather(head, qkv + H, 3 * H, 1.0F, head.keys);
  gather(head, qkv + 2 * H, 3 * H, 1.0F, head.values);
  turn(head, head.keys);
  small_product({head.queries, head.padded_D, 1}, head.T, head.turned, head.padded_T, head.D, head.weights);
  const DropoutFactors factors(mask);
  for (std::size_t t = 0; t < head.T; ++t) {
    float* const row = head.weights + t * head.padded_T;
    softmax_row(head, row);
    for (std::size_t i = 0; i < head.padded_T; i += lanes) {
      const Floats weight = hn::Load(d, row + i);
      hn::Store(mask.probability == 0 ? weight : hn::Mul(weight, factors(t * head.T + i)), d,
                head.dropped + t * head.padded_T + i);
    }
  }
}

template <typename T>
HWY_INLINE void attend_rows(const AttentionShape& shape, const DropoutMask& mask, const T* qkv, T* out) {
  const std::size_t D = shape.head_size, H = shape.heads * D;
  for (std::size_t row = 0; row + 1 < shape.offsets.size(); ++row) {
    const auto first = static_cast<std::size_t>(shape.offsets[row]);
    const Head head(static_cast<std::size_t>(shape.offsets[row + 1]) - first, D, false);
    for (std::size_t h = 0; h < shape.heads; ++h) {
      compute_weights(head, mask_of(mask, first, h), qkv + first * 3 * H + h * D, H);
      small_product({head.dropped, head.padded_T, 1}, head.T, head.values, head.padded_D, head.T,
                    head.result);
      scatter(head, head.result, 1.0F, H, out + first * H + h * D);
    }
  }
}

/// head.slopes [T, padded_T] holds the gradient of the dropped weights and becomes that of the scores: with
/// weights w and g = mask * gradient, w (g - sum(w g)).
HWY_INLINE void score_slopes(const Head& head, const DropoutMask& mask) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  const DropoutFactors factors(mask);
  for (std::size_t t = 0; t < head.T; ++t) {
    const float* const weights = head.weights + t * head.padded_T;
    float* const slopes = head.slopes + t * head.padded_T;
    Floats sum = hn::Zero(d);
    for (std::size_t i = 0; i < head.padded_T; i += lanes) {
      Floats slope = hn::Load(d, slopes + i);
      if (mask.probability != 0) slope = hn::Mul(slope, factors(t * head.T + i));
      slope = hn::Mul(slope, hn::Load(d, weights + i));
      sum = hn::Add(sum, slope);
      hn::Store(slope, d, slopes + i);
    }
    sum = sum_of(sum);
    for (std::size_t i = 0; i < head.padded_T; i += lanes)
      hn::Store(hn::NegMulAdd(hn::Load(d, weights + i), sum, hn::Load(d, slopes + i)), d, slopes + i);
  }
}

template <typename T>
HWY_INLINE void gradient_rows(const AttentionShape& shape, const DropoutMask& mask, const T* qkv,
                              const T* dout, T* dqkv) {
  const std::size_t D = shape.head_size, H = shape.heads * D;
  const float scale = 1.0F / std::sqrt(static_cast<float>(D));
  for (std::size_t row = 0; row + 1 < shape.offsets.size(); ++row) {
    const auto first = static_cast<std::size_t>(shape.offsets[row]);
    const Head head(static_cast<std::size_t>(shape.offsets[row + 1]) - first, D, true);
    for (std::size_t h = 0; h < shape.heads; ++h) {
      const DropoutMask own = mask_of(mask, first, h);
      T* const to = dqkv + first * 3 * H + h * D;
      compute_weights(head, own, qkv + first * 3 * H + h * D, H);
      turn(head, head.values);
      float* const up = head.values;  // the values themselves are no longer needed
      gather(head, dout + first * H + h * D, H, 1.0F, up);
      small_product({up, head.padded_D, 1}, head.T, head.turned, head.padded_T, head.D, head.slopes);
      score_slopes(head, own);
      small_product({head.dropped, 1, head.padded_T}, head.T, up, head.padded_D, head.T, head.result);
      scatter(head, head.result, 1.0F, 3 * H, to + 2 * H);
      small_product({head.slopes, head.padded_T, 1}, head.T, head.keys, head.padded_D, head.T, head.result);
      scatter(head, head.result, scale, 3 * H, to);
      small_product({head.slopes, 1, head.padded_T}, head.T, head.queries, head.padded_D, head.T,
                    head.result);
      scatter(head, head.result, 1.0F, 3 * H, to + H);
    }
  }
}

void attend_float(const AttentionShape& shape, const DropoutMask& mask, const float* qkv, float* out) {
  attend_rows(shape, mask, qkv, out);
}
void attend_bfloat16(const AttentionShape& shape, const DropoutMask& mask, const BFloat16* qkv,
                     BFloat16* out) {
  attend_rows(shape, mask, qkv, out);
}
void gradient_float(const AttentionShape& shape, const DropoutMask& mask, const float* qkv, const float* dout,
                    float* dqkv) {
  gradient_rows(shape, mask, qkv, dout, dqkv);
}
void gradient_bfloat16(const AttentionShape& shape, const DropoutMask& mask, const BFloat16* qkv,
                       const BFloat16* dout, BFloat16* dqkv) {
  gradient_rows(shape, mask, qkv, dout, dqkv);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(attend_float);
HWY_EXPORT(attend_bfloat16);
HWY_EXPORT(gradient_float);
HWY_EXPORT(gradient_bfloat16);

void dropped_attention(const AttentionShape& shape, const DropoutMask& mask, const float* qkv, float* out) {
  HWY_DYNAMIC_DISPATCH(attend_float)(shape, mask, qkv, out);
}
void dropped_attention(const AttentionShape& shape, const DropoutMask& mask, const BFloat16* qkv,
                       BFloat16* out) {
  HWY_DYNAMIC_DISPATCH(attend_bfloat16)(shape, mask, qkv, out);
}
void attention_gradient(const AttentionShape& shape, const DropoutMask& mask, const float* qkv,
                        const float* dout, float* dqkv) {
  HWY_DYNAMIC_DISPATCH(gradient_float)(shape, mask, qkv, dout, dqkv);
}
void attention_gradient(const AttentionShape& shape, const DropoutMask& mask, const BFloat16* qkv,
                        const BFloat16* dout, BFloat16* dqkv) {
  HWY_DYNAMIC_DISPATCH(gradient_bfloat16)(shape, mask, qkv, dout, dqkv);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
