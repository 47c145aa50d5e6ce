#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace reprtune {

/// A small seeded generator with the same numbers on every platform and library (std::shuffle and the std
/// distributions promise neither). SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// 64 uniformly distributed bits.
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /// A uniformly distributed integer in [0, bound); bound > 0. Lemire, "Fast random integer generation in an
  /// interval", 2019.
  std::uint64_t below(std::uint64_t bound);

  /// A uniformly distributed number in [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// Fisher-Yates shuffle in place.
  template <typename T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace reprtune
