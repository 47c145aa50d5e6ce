#include <reprtune/kernels/activation_gradient.h>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "activation_gradient.cpp"
#include <hwy/foreach_target.h>
#include "error_function-inl.h"
#include "exponential-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// With the normal distribution's function F and density f: F(x) + x f(x).
struct GeluSlope {
  HWY_INLINE Floats operator()(Floats x) const {
    const FloatTag d;
    const Floats half = hn::Set(d, 0.5F);
    const Floats distribution = hn::MulAdd(half, error_function(hn::Mul(x, hn::Set(d, 0.707106781F))), half);
    const Floats density =
        hn::Mul(exponential(hn::Mul(hn::Mul(x, x), hn::Set(d, -0.5F))), hn::Set(d, 0.398942280F));
    return hn::MulAdd(x, density, distribution);
  }
};

/// y = x s with s = 1 / (1 + e^-v), v = 2 sqrt(2 / pi) (x + 0.044715 x^3): s + x s (1 - s) v'.
struct GeluTanhSlope {
  HWY_INLINE Floats operator()(Floats x) const {
    const FloatTag d;
    const Floats one = hn::Set(d, 1.0F), x2 = hn::Mul(x, x);
    const Floats v = hn::Mul(hn::Mul(x, hn::MulAdd(x2, hn::Set(d, 0.044715F), one)), hn::Set(d, 1.59576912F));
    const Floats s = hn::Div(one, hn::Add(one, exponential(hn::Neg(v))));
    const Floats slope = hn::Mul(hn::MulAdd(x2, hn::Set(d, 0.134145F), one), hn::Set(d, 1.59576912F));
    return hn::MulAdd(hn::Mul(x, hn::Mul(s, hn::Sub(one, s))), slope, s);
  }
};

struct ReluSlope {
  HWY_INLINE Floats operator()(Floats x) const {
    const FloatTag d;
    return hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), hn::Set(d, 1.0F));
  }
};

template <typename T, typename Slope>
HWY_INLINE void multiply_slopes(const Slope& slope, const T* x, const T* dy, std::size_t count, T* dx) {
  const std::size_t lanes = lane_count();
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) store(hn::Mul(load(dy + i), slope(load(x + i))), dx + i);
  if (const std::size_t rest = count - i; rest != 0)
    store_first(hn::Mul(load_first(dy + i, rest), slope(load_first(x + i, rest))), dx + i, rest);
}

template <typename T>
HWY_INLINE void gradient_of(Activation activation, const T* x, const T* dy, std::size_t count, T* dx) {
  switch (activation) {
    case Activation::gelu:
      return multiply_slopes(GeluSlope(), x, dy, count, dx);
    case Activation::gelu_tanh:
      return multiply_slopes(GeluTanhSlope(), x, dy, count, dx);
    case Activation::relu:
      return multiply_slopes(ReluSlope(), x, dy, count, dx);
  }
}

template <typename T>
HWY_INLINE void sum_columns(const T* x, std::size_t rows, std::size_t columns, float* sums) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  std::size_t i = 0;
  for (; i + 4 * lanes <= columns; i += 4 * lanes) {
    Floats total[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t v = 0; v < 4; ++v)
        total[v] = hn::Add(total[v], load(x + row * columns + i + v * lanes));
    for (std::size_t v = 0; v < 4; ++v) store(total[v], sums + i + v * lanes);
  }
  for (; i < columns; i += lanes) {
    const std::size_t count = columns - i < lanes ? columns - i : lanes;
    Floats total = hn::Zero(d);
    for (std::size_t row = 0; row < rows; ++row)
      total = hn::Add(total, load_first(x + row * columns + i, count));
    store_first(total, sums + i, count);
  }
}

void gradient_float(Activation activation, const float* x, const float* dy, std::size_t count, float* dx) {
  gradient_of(activation, x, dy, count, dx);
}
void gradient_bfloat16(Activation activation, const BFloat16* x, const BFloat16* dy, std::size_t count,
                       BFloat16* dx) {
  gradient_of(activation, x, dy, count, dx);
}
void sum_columns_float(const float* x, std::size_t rows, std::size_t columns, float* sums) {
  sum_columns(x, rows, columns, sums);
}
void sum_columns_bfloat16(const BFloat16* x, std::size_t rows, std::size_t columns, float* sums) {
  sum_columns(x, rows, columns, sums);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(gradient_float);
HWY_EXPORT(gradient_bfloat16);
HWY_EXPORT(sum_columns_float);
HWY_EXPORT(sum_columns_bfloat16);

void activation_gradient(Activation activation, const float* x, const float* dy, std::size_t count,
                         float* dx) {
  HWY_DYNAMIC_DISPATCH(gradient_float)(activation, x, dy, count, dx);
}
void activation_gradient(Activation activation, const BFloat16* x, const BFloat16* dy, std::size_t count,
                         BFloat16* dx) {
  HWY_DYNAMIC_DISPATCH(gradient_bfloat16)(activation, x, dy, count, dx);
}
void column_sums(const float* x, std::size_t rows, std::size_t columns, float* sums) {
  HWY_DYNAMIC_DISPATCH(sum_columns_float)(x, rows, columns, sums);
}
void column_sums(const BFloat16* x, std::size_t rows, std::size_t columns, float* sums) {
  HWY_DYNAMIC_DISPATCH(sum_columns_bfloat16)(x, rows, columns, sums);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
