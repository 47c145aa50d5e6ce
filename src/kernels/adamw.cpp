#include <reprtune/kernels/adamw.h>

#include <algorithm>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "adamw.cpp"
#include <hwy/foreach_target.h>
#include "lanes-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

struct Moments {
  Floats weight, first, second;
};

HWY_INLINE Moments stepped(const AdamWStep& step, Floats gradient, Moments x) {
  const FloatTag d;
  x.first = hn::MulAdd(x.first, hn::Set(d, step.beta1), hn::Mul(gradient, hn::Set(d, 1.0F - step.beta1)));
  // Moments that only decay would end as subnormal numbers, which are slow, long after they stopped to
  // matter.
  x.first = hn::IfThenElseZero(hn::Ge(hn::Abs(x.first), hn::Set(d, 1e-30F)), x.first);
  x.second = hn::MulAdd(x.second, hn::Set(d, step.beta2),
                        hn::Mul(hn::Mul(gradient, gradient), hn::Set(d, 1.0F - step.beta2)));
  const Floats root = hn::MulAdd(hn::Sqrt(x.second), hn::Set(d, step.root_factor), hn::Set(d, step.epsilon));
  const Floats move = hn::Div(hn::Mul(x.first, hn::Set(d, step.rate)), root);
  x.weight = hn::Sub(hn::Mul(x.weight, hn::Set(d, step.decay)), move);
  return x;
}

/// Calls use(i, get, put) for each vector of `count` elements; the last one may be partly filled.
template <typename Use>
HWY_INLINE void for_each_vector(std::size_t count, const Use& use) {
  const std::size_t lanes = lane_count();
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    use(
        i, [](const auto* from) { return load(from); }, [](Floats x, auto* to) { store(x, to); });
  if (const std::size_t rest = count - i; rest != 0)
    use(
        i, [rest](const auto* from) { return load_first(from, rest); },
        [rest](Floats x, auto* to) { store_first(x, to, rest); });
}

template <typename T>
HWY_INLINE void step_all(const AdamWStep& step, std::span<const T* const> gradients, std::size_t count,
                         const AdamWState& state) {
  const Floats factor = hn::Set(FloatTag(), step.gradient_factor);
  for_each_vector(count, [&](std::size_t i, const auto& get, const auto& put) {
    Floats gradient = get(gradients[0] + i);
    for (std::size_t g = 1; g < gradients.size(); ++g) gradient = hn::Add(gradient, get(gradients[g] + i));
    const Moments next = stepped(step, hn::Mul(gradient, factor),
                                 {get(state.weight + i), get(state.first + i), get(state.second + i)});
    put(next.weight, state.weight + i);
    put(next.first, state.first + i);
    put(next.second, state.second + i);
    if (state.copy != nullptr) put(next.weight, state.copy + i);
  });
}

void step_float(const AdamWStep& step, std::span<const float* const> gradients, std::size_t count,
                const AdamWState& state) {
  step_all(step, gradients, count, state);
}

void step_bfloat16(const AdamWStep& step, std::span<const BFloat16* const> gradients, std::size_t count,
                   const AdamWState& state) {
  step_all(step, gradients, count, state);
}

void steps_without_gradient(std::span<const AdamWStep> steps, std::size_t count, const AdamWState& state) {
  const FloatTag d;
  for_each_vector(count, [&](std::size_t i, const auto& get, const auto& put) {
    Moments x{get(state.weight + i), get(state.first + i), get(state.second + i)};
    if (hn::AllTrue(d, hn::Eq(x.first, hn::Zero(d)))) {  // weights that never moved, or long ago
      for (const AdamWStep& step : steps) {
        x.weight = hn::Mul(x.weight, hn::Set(d, step.decay));
        x.second = hn::Mul(x.second, hn::Set(d, step.beta2));
      }
    } else {
      for (const AdamWStep& step : steps) x = stepped(step, hn::Zero(d), x);
    }
    put(x.weight, state.weight + i);
    put(x.first, state.first + i);
    put(x.second, state.second + i);
    if (state.copy != nullptr) put(x.weight, state.copy + i);
  });
}

/// In float32 over short stretches, in double beyond.
template <typename T>
HWY_INLINE double squares(std::span<const T* const> gradients, std::size_t count) {
  const FloatTag d;
  double total = 0;
  constexpr std::size_t kStretch = 4096;
  for (std::size_t begin = 0; begin < count; begin += kStretch) {
    Floats sum = hn::Zero(d);
    for_each_vector(std::min(kStretch, count - begin), [&](std::size_t i, const auto& get, const auto&) {
      Floats gradient = get(gradients[0] + begin + i);
      for (std::size_t g = 1; g < gradients.size(); ++g)
        gradient = hn::Add(gradient, get(gradients[g] + begin + i));
      sum = hn::MulAdd(gradient, gradient, sum);
    });
    total += static_cast<double>(hn::GetLane(sum_of(sum)));
  }
  return total;
}

double squares_float(std::span<const float* const> gradients, std::size_t count) {
  return squares(gradients, count);
}

double squares_bfloat16(std::span<const BFloat16* const> gradients, std::size_t count) {
  return squares(gradients, count);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(step_float);
HWY_EXPORT(step_bfloat16);
HWY_EXPORT(steps_without_gradient);
HWY_EXPORT(squares_float);
HWY_EXPORT(squares_bfloat16);

void adamw(const AdamWStep& step, std::span<const float* const> gradients, std::size_t count,
           const AdamWState& state) {
  HWY_DYNAMIC_DISPATCH(step_float)(step, gradients, count, state);
}

void adamw(const AdamWStep& step, std::span<const BFloat16* const> gradients, std::size_t count,
           const AdamWState& state) {
  HWY_DYNAMIC_DISPATCH(step_bfloat16)(step, gradients, count, state);
}

void adamw_without_gradient(std::span<const AdamWStep> steps, std::size_t count, const AdamWState& state) {
  HWY_DYNAMIC_DISPATCH(steps_without_gradient)(steps, count, state);
}

double sum_of_squares(std::span<const float* const> gradients, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(squares_float)(gradients, count);
}

double sum_of_squares(std::span<const BFloat16* const> gradients, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(squares_bfloat16)(gradients, count);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
