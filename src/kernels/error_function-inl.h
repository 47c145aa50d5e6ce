// erf of float32 lanes. Compiled once for each target.

#if defined(REPRTUNE_KERNELS_ERROR_FUNCTION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_ERROR_FUNCTION_INL_H_
#undef REPRTUNE_KERNELS_ERROR_FUNCTION_INL_H_
#else
#define REPRTUNE_KERNELS_ERROR_FUNCTION_INL_H_
#endif

#include "lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// erf(x) to a few units in the last place: a rational function on [-4, 4] (the coefficients of Eigen and
/// XLA), where it is +-1 outside.
HWY_INLINE Floats error_function(Floats x) {
  const FloatTag d;
  x = hn::Min(hn::Max(x, hn::Set(d, -4.0F)), hn::Set(d, 4.0F));
  const Floats x2 = hn::Mul(x, x);
  Floats p = hn::Set(d, -2.72614225801306e-10F);
  p = hn::MulAdd(p, x2, hn::Set(d, 2.77068142495902e-08F));
  p = hn::MulAdd(p, x2, hn::Set(d, -2.10102402082508e-06F));
  p = hn::MulAdd(p, x2, hn::Set(d, -5.69250639462346e-05F));
  p = hn::MulAdd(p, x2, hn::Set(d, -7.34990630326855e-04F));
  p = hn::MulAdd(p, x2, hn::Set(d, -2.95459980854025e-03F));
  p = hn::MulAdd(p, x2, hn::Set(d, -1.60960333262415e-02F));
  Floats q = hn::Set(d, -1.45660718464996e-05F);
  q = hn::MulAdd(q, x2, hn::Set(d, -2.13374055278905e-04F));
  q = hn::MulAdd(q, x2, hn::Set(d, -1.68282697438203e-03F));
  q = hn::MulAdd(q, x2, hn::Set(d, -7.37332916720468e-03F));
  q = hn::MulAdd(q, x2, hn::Set(d, -1.42647390514189e-02F));
  return hn::Div(hn::Mul(x, p), q);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // REPRTUNE_KERNELS_ERROR_FUNCTION_INL_H_
