#pragma once

#include <reprtune/data/split.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reprtune {

/// Seeded stratified folds: for each row of the data set, which has one label per row, the fold, from 0, that
/// it belongs to. Rows of the
/// same text share a fold; each class is dealt evenly, by rows, and so is the whole. A class with fewer texts
/// than there are folds is absent from some; one with a single text is in one fold only. Throws Error(usage)
/// for fewer than two folds, Error(data) when there are fewer texts than folds, or a fold whose other rows
/// are all of one class.
std::vector<std::size_t> stratified_folds(const Dataset& dataset, std::size_t count, std::uint64_t seed);

/// The rows of one fold as validation, all others to train on; both sides keep file order and the whole label
/// set. `folds`: the fold of each row.
Split hold_out(const Dataset& dataset, std::span<const std::size_t> folds, std::size_t fold);

}  // namespace reprtune
