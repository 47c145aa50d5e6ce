#include <reprtune/kernels/int16_weights.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "int16_weights.cpp"
#include <hwy/foreach_target.h>
#include "int16_rounding-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

float round_weights(const float* row, std::size_t size, std::int16_t* values) {
  return round_to_int16(row, size, Int16Weights::kLargestWeight, values);
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {
namespace {

HWY_EXPORT(round_weights);

/// The largest sum of magnitudes over the inputs of one go.
std::int32_t largest_sum(const std::int16_t* values, std::size_t size) {
  std::int32_t largest = 0;
  for (std::size_t first = 0; first < size; first += Int16Weights::kDepth) {
    const std::size_t end = std::min(first + Int16Weights::kDepth, size);
    std::int32_t sum = 0;
    for (std::size_t i = first; i < end; ++i) sum += std::abs(values[i]);
    largest = std::max(largest, sum);
  }
  return largest;
}

}  // namespace

Int16Weights::Int16Weights(const float* weight, const float* bias, std::size_t out, std::size_t in)
    : out_(out),
      in_(in),
      lines_(panels() * pairs()),
      scales_(panels() * kPanel),
      bias_(bias, bias + out),
      largest_input_(std::numeric_limits<std::int16_t>::max()) {
  bias_.resize(panels() * kPanel);
  std::vector<std::int16_t> values(2 * pairs());
  std::int32_t largest = 1;
  for (std::size_t row = 0; row < out; ++row) {
    scales_[row] = HWY_DYNAMIC_DISPATCH(round_weights)(weight + row * in, in, values.data());
    largest = std::max(largest, largest_sum(values.data(), in));
    Line* const to = &lines_[row / kPanel * pairs()];
    for (std::size_t i = 0; i < pairs(); ++i) to[i].pairs[row % kPanel] = {values[2 * i], values[2 * i + 1]};
  }
  largest_input_ = std::min(largest_input_, std::numeric_limits<std::int32_t>::max() / largest);
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
