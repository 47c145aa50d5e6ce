#pragma once

#include <reprtune/eval/label_review.h>

#include <cstddef>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Rows that near_duplicates() compares with each other.
inline constexpr std::size_t kComparedRows = 20'000;

/// Pairs of rows with different labels whose vectors have a cosine of at least `least`, the most similar
/// pairs first: for each row the most similar one of those after it. vectors: [B, H] float32; labels: [B].
/// Only the first kComparedRows rows are looked at: time grows with their square (half a minute on two cores
/// at the most), memory does not.
std::vector<NearDuplicate> near_duplicates(const at::Tensor& vectors, std::span<const std::size_t> labels,
                                           double least = 0.95);

}  // namespace reprtune
