#include <reprtune/kernels/int8_weights.h>

#include "scratch.h"

#include <algorithm>
#include <cstring>
#include <numeric>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "int8_weights.cpp"
#include <hwy/foreach_target.h>
#include "lanes-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

/// values = round(row / scale) with the smallest scale that keeps them within +-127; gives the scale. Row and
/// values are whole vectors long, the row zero behind its end.
float round_row(const float* row, std::size_t size, std::int8_t* values) {
  const FloatTag d;
  const hn::Rebind<std::int8_t, FloatTag> d8;
  const std::size_t lanes = lane_count();
  Floats largest = hn::Zero(d);
  for (std::size_t i = 0; i < size; i += lanes) largest = hn::Max(largest, hn::Abs(load(row + i)));
  const float scale = hn::GetLane(hn::MaxOfLanes(d, largest)) / 127;
  const Floats inverse = hn::Set(d, scale > 0 ? 1 / scale : 0);
  for (std::size_t i = 0; i < size; i += lanes)
    hn::StoreU(hn::DemoteTo(d8, hn::NearestInt(hn::Mul(load(row + i), inverse))), d8, values + i);
  return scale;
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {
namespace {

HWY_EXPORT(round_row);

/// Any number of float32 lanes a target may have.
constexpr std::size_t kMostLanes = 64;

/// Place of an output within its panel: even ones first.
std::size_t place_in_panel(std::size_t output) {
  return output % 2 * (Int8Weights::kPanel / 2) + output % Int8Weights::kPanel / 2;
}

}  // namespace

Int8Weights::Int8Weights(const float* weight, const float* bias, std::size_t out, std::size_t in,
                         std::span<const float> divisors)
    : out_(out),
      in_(in),
      lines_(panels() * quads() * 2),
      scales_(panels() * kPanel),
      sums_(panels() * kPanel),
      bias_(panels() * kPanel) {
  for (const float divisor : divisors) input_factors_.push_back(1 / divisor);
  for (std::size_t row = 0; row < out; ++row) {
    bias_[row / kPanel * kPanel + place_in_panel(row)] = bias[row];
    pack_row(weight + row * in, row, divisors);
  }
}

void Int8Weights::pack_row(const float* weight, std::size_t row, std::span<const float> divisors) {
  const std::size_t padded = (in_ + kMostLanes - 1) / kMostLanes * kMostLanes;
  float* const numbers = scratch(padded + padded / sizeof(float));
  auto* const values = reinterpret_cast<std::int8_t*>(numbers + padded);
  std::copy(weight, weight + in_, numbers);
  for (std::size_t i = 0; i < divisors.size(); ++i) numbers[i] *= divisors[i];
  std::fill(numbers + in_, numbers + padded, 0.0F);
  const float scale = HWY_DYNAMIC_DISPATCH(round_row)(numbers, padded, values);

  const std::size_t place = place_in_panel(row);
  std::int8_t* const to = lines_[row / kPanel * quads() * 2].bytes + place * kQuad;
  for (std::size_t quad = 0; quad < quads(); ++quad)
    std::memcpy(to + quad * kPanel * kQuad, values + quad * kQuad, kQuad);
  scales_[row / kPanel * kPanel + place] = scale;
  sums_[row / kPanel * kPanel + place] =
      scale * static_cast<float>(std::accumulate(values, values + in_, std::int32_t{0}));
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
