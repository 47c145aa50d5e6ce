#pragma once

#include <reprtune/io/random.h>
#include <reprtune/kernels/bfloat16.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace reprtune::kernels {

inline float to_float(float value) { return value; }
inline float to_float(BFloat16 value) { return std::bit_cast<float>(std::uint32_t{value.bits} << 16); }

/// `count` values in [-scale, scale); for BFloat16 cut to that format.
template <typename T>
std::vector<T> random_values(std::size_t count, std::uint64_t seed, double scale = 1) {
  Random random(seed);
  std::vector<T> values(count);
  for (T& value : values) {
    const auto drawn =
        static_cast<float>((static_cast<double>(random.next() >> 11) * 0x1p-53 * 2 - 1) * scale);
    if constexpr (sizeof(T) == sizeof(float)) {
      value = drawn;
    } else {
      value = {static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(drawn) >> 16)};
    }
  }
  return values;
}

/// How far a result may lie from `expected`: rounding of a few float32 operations, or of one to bfloat16.
template <typename T>
double tolerance(double expected) {
  const double magnitude = expected < 0 ? -expected : expected;
  return sizeof(T) == sizeof(float) ? 2e-6 + 2e-6 * magnitude : 1e-5 + 0x1.02p-8 * magnitude;
}

}  // namespace reprtune::kernels
