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
/// label set.
///
/// Where rows have several labels, labels are served the rarest first (after Sechidis, Tsoumakas and
/// Vlahavas, "On the Stratification of Multi-label Data", ECML PKDD 2011), rows without a label as if they
/// had one of their own. Train keeps a row of every label; validation gets one of every label that has two
/// different texts as far as the other labels of these rows allow it, and in any case when one of them is its
/// own. Throws Error(usage) for a share outside (0, 1), Error(data) when either side would be empty.
Split stratified_split(Dataset dataset, double validation_share, std::uint64_t seed);

}  // namespace reprtune
