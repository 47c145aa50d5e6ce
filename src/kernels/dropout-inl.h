// Dropout masks as float32 lanes. Compiled once for each target.

#if defined(REPRTUNE_KERNELS_DROPOUT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_DROPOUT_INL_H_
#undef REPRTUNE_KERNELS_DROPOUT_INL_H_
#else
#define REPRTUNE_KERNELS_DROPOUT_INL_H_
#endif

#include <reprtune/kernels/dropout.h>

#include "lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// The factors of a mask, 0 or 1 / (1 - p), for neighbouring elements.
class DropoutFactors {
 public:
  explicit DropoutFactors(const DropoutMask& mask)
      : low_(static_cast<std::uint32_t>(mask.key)),
        high_(static_cast<std::uint32_t>(mask.key >> 32)),
        threshold_(static_cast<std::uint32_t>(static_cast<double>(mask.probability) * 0x1p32)),
        kept_(1.0F / (1.0F - mask.probability)) {}

  /// A keyed 32-bit hash of each index decides: the mixing steps of Wellons, "Prospecting for Hash
  /// Functions", 2018, with half of the key before and half of it between them.
  HWY_INLINE Floats operator()(std::size_t index) const {
    const FloatTag d;
    const hn::RebindToUnsigned<FloatTag> d32;
    auto x = hn::Iota(d32, static_cast<std::uint32_t>(index));
    x = hn::Add(hn::Mul(x, hn::Set(d32, 0x9e3779b9U)), hn::Set(d32, low_));
    x = hn::Mul(hn::Xor(x, hn::ShiftRight<16>(x)), hn::Set(d32, 0x7feb352dU));
    x = hn::Xor(x, hn::Set(d32, high_));
    x = hn::Mul(hn::Xor(x, hn::ShiftRight<15>(x)), hn::Set(d32, 0x846ca68bU));
    x = hn::Xor(x, hn::ShiftRight<16>(x));
    const auto drop = hn::Lt(x, hn::Set(d32, threshold_));
    return hn::IfThenZeroElse(hn::RebindMask(d, drop), hn::Set(d, kept_));
  }

 private:
  std::uint32_t low_, high_, threshold_;
  float kept_;
};

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // REPRTUNE_KERNELS_DROPOUT_INL_H_
