#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace reprtune {

/// A 95 % confidence interval of a score between 0 and 1.
struct Interval {
  double low = 0, high = 1;
};

/// Of the share of right ones among `rows` > 0 (Wilson, "Probable Inference, the Law of Succession, and
/// Statistical Inference", Journal of the American Statistical Association 1927).
Interval wilson_interval(std::size_t right, std::size_t rows);

/// Of macro-F1, by drawing as many rows with replacement 1,000 times: the 2.5th and the 97.5th percentile
/// (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3). Classes that a draw has
/// neither among the truths nor among the predictions are left out of its mean. `truth` and `predicted`: [B]
/// classes, at least one. Seeded.
Interval bootstrap_macro_f1(std::span<const std::size_t> truth, std::span<const std::size_t> predicted,
                            std::size_t classes, std::uint64_t seed);

}  // namespace reprtune
