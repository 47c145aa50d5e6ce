#pragma once

#include <reprtune/data/row_labels.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reprtune {

/// Draws the batches of an epoch for a loss that compares rows of one class and of different classes.
///
/// Every row is in one batch. There are ceil(rows / batch_size) batches, and their sizes differ by at most
/// one.
///
/// A batch is worth something to such a loss when it has contrast: two rows of one class (an anchor and its
/// partner) and a row of another (their opponent). Every batch has contrast whenever that is possible at all
/// with so many batches of these sizes, which is when
///   - there are at least three rows to a batch,
///   - there are at least as many pairs as batches (a class of n rows has n / 2 pairs, rounded down),
///   - there are at least as many rows outside the largest class as batches.
/// Otherwise as many batches as possible have two rows of one class, and rows travel in pairs all the same,
/// so that rows of a small class meet instead of being spread thin.
///
/// Rows of a class travel in pairs wherever contrast leaves the choice, so that nearly every row has a
/// partner however many classes there are, and a class is dealt to the batches in turn. Which rows form a
/// pair, and which pairs meet, is drawn anew in each epoch.
class BatchSampler {
 public:
  /// `labels`: class of each row, below `classes`; at least one row. `batch_size`: at least 2.
  BatchSampler(std::span<const std::size_t> labels, std::size_t classes, std::size_t batch_size,
               std::uint64_t seed);

  /// Rows with any number of labels, each below `classes`: a row is dealt as one of the class of its rarest
  /// label (leading_labels), so that a pair shares a label and rows of a rare one meet; a row without a label
  /// is of a class of its own, an opponent to all.
  BatchSampler(std::span<const RowLabels> labels, std::size_t classes, std::size_t batch_size,
               std::uint64_t seed);

  std::size_t batches_per_epoch() const { return batches_; }

  /// Whether every batch has contrast.
  bool has_contrast() const;

  /// The batches of epoch `epoch` as row indices: every row once. A function of the arguments alone. Time and
  /// memory O(rows).
  std::vector<std::vector<std::size_t>> epoch(std::uint64_t epoch) const;

 private:
  class Deal;

  std::vector<std::vector<std::size_t>> rows_of_class_;  ///< none is empty
  std::size_t rows_, batches_;
  std::uint64_t seed_;
};

}  // namespace reprtune
