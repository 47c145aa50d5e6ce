#include <reprtune/kernels/layer_norm_gradient.h>

#include <algorithm>
#include <cmath>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "layer_norm_gradient.cpp"
#include <hwy/foreach_target.h>
#include "lanes-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// Calls use(i, load, store) for each vector of a row of H elements; the last one may be partly filled.
template <typename Use>
HWY_INLINE void for_each_vector(std::size_t H, const Use& use) {
  const std::size_t lanes = lane_count();
  std::size_t i = 0;
  const auto whole_load = [](const auto* from) { return load(from); };
  const auto whole_store = [](Floats x, auto* to) { store(x, to); };
  for (; i + lanes <= H; i += lanes) use(i, whole_load, whole_store);
  if (const std::size_t rest = H - i; rest != 0) {
    use(
        i, [rest](const auto* from) { return load_first(from, rest); },
        [rest](Floats x, auto* to) { store_first(x, to, rest); });
  }
}

void sum_embeddings(const EmbeddingSum& tables, const std::int64_t* ids, const std::int64_t* positions,
                    std::size_t rows, std::size_t H, float* sum) {
  for (std::size_t row = 0; row < rows; ++row, sum += H) {
    const float* const word = tables.word + static_cast<std::size_t>(ids[row]) * H;
    const float* const position = tables.position + static_cast<std::size_t>(positions[row]) * H;
    for_each_vector(H, [&](std::size_t i, const auto& get, const auto& put) {
      put(hn::Add(hn::Add(get(word + i), get(position + i)), get(tables.type + i)), sum + i);
    });
  }
}

template <typename S, typename T>
HWY_INLINE void norm_rows(const LayerNorm& norm, const S* x, std::size_t rows, T* y, float* statistics) {
  const FloatTag d;
  const std::size_t H = norm.size;
  const std::size_t lanes = lane_count();
  const auto count = static_cast<float>(H);
  for (std::size_t row = 0; row < rows; ++row, x += H, y += H, statistics += 2) {
    Floats total = hn::Zero(d);
    for_each_vector(H,
                    [&](std::size_t i, const auto& get, const auto&) { total = hn::Add(total, get(x + i)); });
    const Floats mean = hn::Set(d, hn::GetLane(sum_of(total)) / count);
    Floats squares = hn::Zero(d);
    for_each_vector(H, [&](std::size_t i, const auto& get, const auto&) {
      const Floats inside =
          hn::IfThenElseZero(hn::FirstN(d, std::min(H - i, lanes)), hn::Sub(get(x + i), mean));
      squares = hn::MulAdd(inside, inside, squares);
    });
    const float scale = 1.0F / std::sqrt(hn::GetLane(sum_of(squares)) / count + norm.epsilon);
    statistics[0] = hn::GetLane(mean);
    statistics[1] = scale;
    for_each_vector(H, [&](std::size_t i, const auto& get, const auto& put) {
      const Floats centred = hn::Mul(hn::Sub(get(x + i), mean), hn::Set(d, scale));
      put(hn::MulAdd(centred, get(norm.weight + i), get(norm.bias + i)), y + i);
    });
  }
}

/// With n the normalised x and g = dy * weight: dx = scale (g - mean(g) - n mean(g n)).
template <typename S, typename T>
HWY_INLINE void norm_gradient_rows(const LayerNorm& norm, const LayerNormGradient& gradient, const S* x,
                                   const T* dy, std::size_t rows, S* dx) {
  const FloatTag d;
  const std::size_t H = norm.size;
  const auto count = static_cast<float>(H);
  const float* statistics = gradient.statistics;
  std::fill_n(gradient.weight, H, 0.0F);
  std::fill_n(gradient.bias, H, 0.0F);
  for (std::size_t row = 0; row < rows; ++row, x += H, dy += H, dx += H, statistics += 2) {
    const Floats mean = hn::Set(d, statistics[0]), scale = hn::Set(d, statistics[1]);
    Floats sum = hn::Zero(d), sum_n = hn::Zero(d);
    for_each_vector(H, [&](std::size_t i, const auto& get, const auto& put) {
      const Floats n = hn::Mul(hn::Sub(get(x + i), mean), scale);
      const Floats up = get(dy + i);
      const Floats g = hn::Mul(up, get(norm.weight + i));
      sum = hn::Add(sum, g);
      sum_n = hn::MulAdd(g, n, sum_n);
      put(hn::MulAdd(up, n, get(gradient.weight + i)), gradient.weight + i);
      put(hn::Add(up, get(gradient.bias + i)), gradient.bias + i);
    });
    const Floats mean_g = hn::Set(d, hn::GetLane(sum_of(sum)) / count);
    const Floats mean_gn = hn::Set(d, hn::GetLane(sum_of(sum_n)) / count);
    for_each_vector(H, [&](std::size_t i, const auto& get, const auto& put) {
      const Floats n = hn::Mul(hn::Sub(get(x + i), mean), scale);
      const Floats g = hn::Mul(get(dy + i), get(norm.weight + i));
      put(hn::Mul(scale, hn::NegMulAdd(n, mean_gn, hn::Sub(g, mean_g))), dx + i);
    });
  }
}

void norm_float(const LayerNorm& norm, const float* x, std::size_t rows, float* y, float* statistics) {
  norm_rows(norm, x, rows, y, statistics);
}
void norm_mixed(const LayerNorm& norm, const float* x, std::size_t rows, BFloat16* y, float* statistics) {
  norm_rows(norm, x, rows, y, statistics);
}
void norm_bfloat16(const LayerNorm& norm, const BFloat16* x, std::size_t rows, BFloat16* y,
                   float* statistics) {
  norm_rows(norm, x, rows, y, statistics);
}

void norm_gradient_float(const LayerNorm& norm, const LayerNormGradient& gradient, const float* x,
                         const float* dy, std::size_t rows, float* dx) {
  norm_gradient_rows(norm, gradient, x, dy, rows, dx);
}
void norm_gradient_mixed(const LayerNorm& norm, const LayerNormGradient& gradient, const float* x,
                         const BFloat16* dy, std::size_t rows, float* dx) {
  norm_gradient_rows(norm, gradient, x, dy, rows, dx);
}
void norm_gradient_bfloat16(const LayerNorm& norm, const LayerNormGradient& gradient, const BFloat16* x,
                            const BFloat16* dy, std::size_t rows, BFloat16* dx) {
  norm_gradient_rows(norm, gradient, x, dy, rows, dx);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(sum_embeddings);
HWY_EXPORT(norm_float);
HWY_EXPORT(norm_mixed);
HWY_EXPORT(norm_bfloat16);
HWY_EXPORT(norm_gradient_float);
HWY_EXPORT(norm_gradient_mixed);
HWY_EXPORT(norm_gradient_bfloat16);

void embedding_sum(const EmbeddingSum& tables, const std::int64_t* ids, const std::int64_t* positions,
                   std::size_t rows, std::size_t H, float* sum) {
  HWY_DYNAMIC_DISPATCH(sum_embeddings)(tables, ids, positions, rows, H, sum);
}

void layer_norm(const LayerNorm& norm, const float* x, std::size_t rows, float* y, float* statistics) {
  HWY_DYNAMIC_DISPATCH(norm_float)(norm, x, rows, y, statistics);
}
void layer_norm(const LayerNorm& norm, const float* x, std::size_t rows, BFloat16* y, float* statistics) {
  HWY_DYNAMIC_DISPATCH(norm_mixed)(norm, x, rows, y, statistics);
}
void layer_norm(const LayerNorm& norm, const BFloat16* x, std::size_t rows, BFloat16* y, float* statistics) {
  HWY_DYNAMIC_DISPATCH(norm_bfloat16)(norm, x, rows, y, statistics);
}

void layer_norm_gradient(const LayerNorm& norm, const LayerNormGradient& gradient, const float* x,
                         const float* dy, std::size_t rows, float* dx) {
  HWY_DYNAMIC_DISPATCH(norm_gradient_float)(norm, gradient, x, dy, rows, dx);
}
void layer_norm_gradient(const LayerNorm& norm, const LayerNormGradient& gradient, const float* x,
                         const BFloat16* dy, std::size_t rows, float* dx) {
  HWY_DYNAMIC_DISPATCH(norm_gradient_mixed)(norm, gradient, x, dy, rows, dx);
}
void layer_norm_gradient(const LayerNorm& norm, const LayerNormGradient& gradient, const BFloat16* x,
                         const BFloat16* dy, std::size_t rows, BFloat16* dx) {
  HWY_DYNAMIC_DISPATCH(norm_gradient_bfloat16)(norm, gradient, x, dy, rows, dx);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
