#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reprtune {

/// Draws the batches of an epoch for a loss that compares rows of one class and of different classes.
///
/// Rows of a class travel in pairs (one triple if their number is odd); a class with a single row travels
/// alone. These chunks, sorted by class with the largest class first and the single rows last, are dealt to
/// the batches in turn. Since a class is contiguous in that order, every batch gets a pair if there are as
/// many pairs as batches, and two classes if the rows outside the largest class make as many chunks as there
/// are batches and all chunks are at least twice as many (or the largest class reaches every batch). Which
/// rows form a pair, the order of the classes and of the batches are drawn anew in each epoch.
class BatchSampler {
 public:
  /// `labels`: class of each row, below `classes`. Batches have about `batch_size` rows (at least 2).
  BatchSampler(std::span<const std::size_t> labels, std::size_t classes, std::size_t batch_size,
               std::uint64_t seed);

  std::size_t batches_per_epoch() const { return batches_; }

  /// The batches of epoch `epoch` as row indices: every row once. A function of the arguments alone. O(rows).
  std::vector<std::vector<std::size_t>> epoch(std::uint64_t epoch) const;

 private:
  std::vector<std::vector<std::size_t>> rows_of_class_;
  std::size_t batches_;
  std::uint64_t seed_;
};

}  // namespace reprtune
