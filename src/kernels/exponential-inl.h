// e^x of float32 lanes. Compiled once for each target.

#if defined(REPRTUNE_KERNELS_EXPONENTIAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_EXPONENTIAL_INL_H_
#undef REPRTUNE_KERNELS_EXPONENTIAL_INL_H_
#else
#define REPRTUNE_KERNELS_EXPONENTIAL_INL_H_
#endif

#include "lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// e^x to about 1e-7 of its value; x is first limited to [-87, 88], where float32 has normal numbers. With n
/// the integer nearest to x / ln 2: 2^n times a polynomial in x - n ln 2 (coefficients of Moshier's Cephes).
HWY_INLINE Floats exponential(Floats x) {
  const FloatTag d;
  x = hn::Min(hn::Max(x, hn::Set(d, -87.0F)), hn::Set(d, 88.0F));
  // Numbers from 2^23 to 2^24 have no fraction: the sum is rounded, and its lowest bits are n + 127.
  const Floats bias = hn::Set(d, 12582912.0F + 127.0F);
  const Floats biased = hn::MulAdd(x, hn::Set(d, 1.44269504F), bias);
  const Floats n = hn::Sub(biased, bias);
  Floats r = hn::NegMulAdd(n, hn::Set(d, 0.693359375F), x);  // ln 2 in two parts
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4F), r);
  Floats p = hn::Set(d, 1.9875691500e-4F);
  p = hn::MulAdd(p, r, hn::Set(d, 1.3981999507e-3F));
  p = hn::MulAdd(p, r, hn::Set(d, 8.3334519073e-3F));
  p = hn::MulAdd(p, r, hn::Set(d, 4.1665795894e-2F));
  p = hn::MulAdd(p, r, hn::Set(d, 1.6666665459e-1F));
  p = hn::MulAdd(p, r, hn::Set(d, 5.0000001201e-1F));
  p = hn::Add(hn::MulAdd(p, hn::Mul(r, r), r), hn::Set(d, 1.0F));
  const hn::RebindToUnsigned<FloatTag> d32;
  return hn::Mul(p, hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(d32, biased))));
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // REPRTUNE_KERNELS_EXPONENTIAL_INL_H_
