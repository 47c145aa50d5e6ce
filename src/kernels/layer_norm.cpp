#include <reprtune/kernels/layer_norm.h>

#include "scratch.h"

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "layer_norm.cpp"
#include <hwy/foreach_target.h>
#include "lanes-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// y = norm(row) for a row of whole vectors, zero behind norm.size; `row_sum` are the sums of its lanes.
template <typename T>
HWY_INLINE void normalize_row(const LayerNorm& norm, const float* row, Floats row_sum, T* y) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  const std::size_t whole = norm.size / lanes * lanes;
  const std::size_t rest = norm.size - whole;
  const auto count = static_cast<float>(norm.size);
  const Floats mean = hn::Set(d, hn::GetLane(sum_of(row_sum)) / count);
  Floats squares = hn::Zero(d);
  for (std::size_t i = 0; i < whole; i += lanes) {
    const Floats centred = hn::Sub(hn::Load(d, row + i), mean);
    squares = hn::MulAdd(centred, centred, squares);
  }
  if (rest != 0) {
    const Floats centred = hn::IfThenElseZero(hn::FirstN(d, rest), hn::Sub(hn::Load(d, row + whole), mean));
    squares = hn::MulAdd(centred, centred, squares);
  }
  const float variance = hn::GetLane(sum_of(squares)) / count;
  const Floats scale = hn::Div(hn::Set(d, 1.0F), hn::Sqrt(hn::Set(d, variance + norm.epsilon)));
  for (std::size_t i = 0; i < whole; i += lanes) {
    const Floats x = hn::Mul(hn::Sub(hn::Load(d, row + i), mean), scale);
    store(hn::MulAdd(x, load(norm.weight + i), load(norm.bias + i)), y + i);
  }
  if (rest != 0) {
    const Floats x = hn::Mul(hn::Sub(hn::Load(d, row + whole), mean), scale);
    store_first(hn::MulAdd(x, load_first(norm.weight + whole, rest), load_first(norm.bias + whole, rest)),
                y + whole, rest);
  }
}

template <typename T>
HWY_INLINE void add_norm_rows(const LayerNorm& norm, const T* x, const T* residual, std::size_t rows, T* y) {
  const FloatTag d;
  const std::size_t H = norm.size;
  const std::size_t lanes = lane_count();
  const std::size_t whole = H / lanes * lanes;
  float* const sum = scratch(whole_vectors(H));
  for (std::size_t row = 0; row < rows; ++row, x += H, residual += H, y += H) {
    Floats total = hn::Zero(d);
    for (std::size_t i = 0; i < whole; i += lanes) {
      const Floats value = hn::Add(load(x + i), load(residual + i));
      hn::Store(value, d, sum + i);
      total = hn::Add(total, value);
    }
    if (whole != H) {
      const Floats value = hn::Add(load_first(x + whole, H - whole), load_first(residual + whole, H - whole));
      hn::Store(value, d, sum + whole);
      total = hn::Add(total, value);
    }
    normalize_row(norm, sum, total, y);
  }
}

template <typename T>
HWY_INLINE void embed_norm_rows(const LayerNorm& norm, const EmbeddingSum& tables, const std::int64_t* ids,
                                const std::int64_t* positions, std::size_t rows, T* y) {
  const FloatTag d;
  const std::size_t H = norm.size;
  const std::size_t lanes = lane_count();
  const std::size_t whole = H / lanes * lanes;
  const std::size_t rest = H - whole;
  float* const sum = scratch(whole_vectors(H));
  for (std::size_t row = 0; row < rows; ++row, y += H) {
    const float* const word = tables.word + static_cast<std::size_t>(ids[row]) * H;
    const float* const position = tables.position + static_cast<std::size_t>(positions[row]) * H;
    Floats total = hn::Zero(d);
    for (std::size_t i = 0; i < whole; i += lanes) {
      const Floats value = hn::Add(hn::Add(load(word + i), load(position + i)), load(tables.type + i));
      hn::Store(value, d, sum + i);
      total = hn::Add(total, value);
    }
    if (rest != 0) {
      const Floats value =
          hn::Add(hn::Add(load_first(word + whole, rest), load_first(position + whole, rest)),
                  load_first(tables.type + whole, rest));
      hn::Store(value, d, sum + whole);
      total = hn::Add(total, value);
    }
    normalize_row(norm, sum, total, y);
  }
}

void add_norm_float(const LayerNorm& norm, const float* x, const float* residual, std::size_t rows,
                    float* y) {
  add_norm_rows(norm, x, residual, rows, y);
}

void add_norm_bfloat16(const LayerNorm& norm, const BFloat16* x, const BFloat16* residual, std::size_t rows,
                       BFloat16* y) {
  add_norm_rows(norm, x, residual, rows, y);
}

void embed_norm_float(const LayerNorm& norm, const EmbeddingSum& tables, const std::int64_t* ids,
                      const std::int64_t* positions, std::size_t rows, float* y) {
  embed_norm_rows(norm, tables, ids, positions, rows, y);
}

void embed_norm_bfloat16(const LayerNorm& norm, const EmbeddingSum& tables, const std::int64_t* ids,
                         const std::int64_t* positions, std::size_t rows, BFloat16* y) {
  embed_norm_rows(norm, tables, ids, positions, rows, y);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(add_norm_float);
HWY_EXPORT(add_norm_bfloat16);
HWY_EXPORT(embed_norm_float);
HWY_EXPORT(embed_norm_bfloat16);

void add_layer_norm(const LayerNorm& norm, const float* x, const float* residual, std::size_t rows,
                    float* y) {
  HWY_DYNAMIC_DISPATCH(add_norm_float)(norm, x, residual, rows, y);
}

void add_layer_norm(const LayerNorm& norm, const BFloat16* x, const BFloat16* residual, std::size_t rows,
                    BFloat16* y) {
  HWY_DYNAMIC_DISPATCH(add_norm_bfloat16)(norm, x, residual, rows, y);
}

void embed_layer_norm(const LayerNorm& norm, const EmbeddingSum& tables, const std::int64_t* ids,
                      const std::int64_t* positions, std::size_t rows, float* y) {
  HWY_DYNAMIC_DISPATCH(embed_norm_float)(norm, tables, ids, positions, rows, y);
}

void embed_layer_norm(const LayerNorm& norm, const EmbeddingSum& tables, const std::int64_t* ids,
                      const std::int64_t* positions, std::size_t rows, BFloat16* y) {
  HWY_DYNAMIC_DISPATCH(embed_norm_bfloat16)(norm, tables, ids, positions, rows, y);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
