// Activations of float32 lanes, as functions. Compiled once for each target.

#if defined(REPRTUNE_KERNELS_ACTIVATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_ACTIVATION_INL_H_
#undef REPRTUNE_KERNELS_ACTIVATION_INL_H_
#else
#define REPRTUNE_KERNELS_ACTIVATION_INL_H_
#endif

#include "error_function-inl.h"
#include "exponential-inl.h"

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

struct Gelu {
  HWY_INLINE Floats operator()(Floats x) const {
    const FloatTag d;
    const Floats half = hn::Mul(x, hn::Set(d, 0.5F));
    return hn::MulAdd(half, error_function(hn::Mul(x, hn::Set(d, 0.707106781F))), half);
  }
};

/// x / 2 (1 + tanh u) = x / (1 + e^-2u) with u = sqrt(2 / pi) (x + 0.044715 x^3).
struct GeluTanh {
  HWY_INLINE Floats operator()(Floats x) const {
    const FloatTag d;
    const Floats one = hn::Set(d, 1.0F);
    const Floats inner = hn::Mul(x, hn::MulAdd(hn::Mul(x, x), hn::Set(d, 0.044715F), one));
    return hn::Div(x, hn::Add(one, exponential(hn::Mul(inner, hn::Set(d, -1.59576912F)))));
  }
};

struct Relu {
  HWY_INLINE Floats operator()(Floats x) const { return hn::Max(x, hn::Zero(FloatTag())); }
};

/// x (1/2 + x P(x^2)), GELU to 5e-4: for results that are rounded to 8 bits. The polynomial is a fit of ours
/// to the normal distribution, exactly 1/2 / x at 3.7, where x is cut inside the brackets.
struct CoarseGelu {
  HWY_INLINE Floats operator()(Floats x) const {
    const FloatTag d;
    const Floats cut = hn::Min(hn::Max(x, hn::Set(d, -3.7F)), hn::Set(d, 3.7F));
    const Floats x2 = hn::Mul(cut, cut);
    Floats p = hn::Set(d, -4.899823125e-7F);
    p = hn::MulAdd(p, x2, hn::Set(d, 2.688909990e-5F));
    p = hn::MulAdd(p, x2, hn::Set(d, -6.175065646e-4F));
    p = hn::MulAdd(p, x2, hn::Set(d, 7.848727517e-3F));
    p = hn::MulAdd(p, x2, hn::Set(d, -6.258779764e-2F));
    p = hn::MulAdd(p, x2, hn::Set(d, 3.964751661e-1F));
    return hn::Mul(x, hn::MulAdd(p, cut, hn::Set(d, 0.5F)));
  }
};

struct Identity {
  HWY_INLINE Floats operator()(Floats x) const { return x; }
};

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // REPRTUNE_KERNELS_ACTIVATION_INL_H_
