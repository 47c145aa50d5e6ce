#pragma once

#include <reprtune/data/dataset.h>

#include <cstdint>

namespace reprtune {

struct Split {
  Dataset train;
  Dataset validation;
};

/// Seeded stratified split: about `validation_share` (0 < share < 1) of each class goes to validation, at
/// least one row of each class on both sides when it has two different texts, one of them its own; rows of
/// the same text always land on the same side. Texts that occur under several labels go to train, except
/// where a class has no others to spare and the rest allows it. Both sides keep file order and the whole
/// label set. Throws Error(usage) for a share outside (0, 1), Error(data) when either side would be empty.
Split stratified_split(Dataset dataset, double validation_share, std::uint64_t seed);

}  // namespace reprtune
