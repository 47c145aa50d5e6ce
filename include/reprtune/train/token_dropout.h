#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace reprtune {

/// Hides tokens of the training rows, others at each step, so that no row is learnt by single words of it:
/// word dropout (Iyyer et al., "Deep Unordered Composition Rivals Syntactic Methods for Text Classification",
/// ACL 2015), with the mask token in the place of what is hidden.
class TokenDropout {
 public:
  /// 0 <= probability < 1; at 0 every row stays as it is.
  TokenDropout(double probability, std::int32_t mask_id, std::uint64_t seed)
      : probability_(probability), mask_id_(mask_id), seed_(seed) {}

  /// The rows `ids[rows[0]], ...` as step `step` is to see them: each token between the first and the last,
  /// which are special ones, is hidden with the probability, but never all of a row. A function of the seed
  /// and the step, so that a run that is resumed ends in the same bytes.
  std::vector<std::vector<std::int32_t>> operator()(std::span<const std::vector<std::int32_t>> ids,
                                                    std::span<const std::size_t> rows,
                                                    std::uint64_t step) const;

 private:
  double probability_;
  std::int32_t mask_id_;
  std::uint64_t seed_;
};

}  // namespace reprtune
