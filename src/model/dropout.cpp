#include <reprtune/io/random.h>
#include <reprtune/model/dropout.h>

#include <array>
#include <cmath>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

/// Fills a mask with 0 or 1 / (1 - p). One 64-bit draw decides four elements, 16 bits each: p is met to 1 /
/// 65536.
template <typename Element>
void fill_mask(Element* mask, std::int64_t count, double p, Random random) {
  const auto threshold = static_cast<std::uint64_t>(std::lround(p * 65536));
  const std::array<Element, 2> values = {static_cast<Element>(0.0F),
                                         static_cast<Element>(static_cast<float>(1 / (1 - p)))};
  for (std::int64_t i = 0; i < count;) {
    std::uint64_t bits = random.next();
    for (int k = 0; k < 4 && i < count; ++k, ++i, bits >>= 16) mask[i] = values[(bits & 0xffff) >= threshold];
  }
}

}  // namespace

Dropout::Dropout(double p, std::uint64_t seed, std::uint64_t stream)
    : p_(p), state_(Random(seed ^ Random(stream).next()).next()) {}

kernels::DropoutMask Dropout::mask() { return {Random(++state_).next(), static_cast<float>(p_)}; }

at::Tensor Dropout::operator()(const at::Tensor& x) {
  if (p_ == 0) return x;
  at::Tensor mask = at::empty(x.sizes(), x.options().device(at::kCPU).requires_grad(false));
  const Random random(++state_);
  if (x.scalar_type() == at::kBFloat16) {
    fill_mask(mask.mutable_data_ptr<c10::BFloat16>(), mask.numel(), p_, random);
  } else {
    fill_mask(mask.mutable_data_ptr<float>(), mask.numel(), p_, random);
  }
  return x * mask.to(x.device());
}

}  // namespace reprtune
