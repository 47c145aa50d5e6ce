#pragma once

#include <reprtune/data/round_plan.h>
#include <reprtune/train/finetune.h>

#include <cstdint>
#include <vector>

namespace reprtune {

/// Finetunes a model on all rows of a plan. Every round but the last is a finetune() from the same beginning,
/// with rows held out; the last one trains on all rows for the median of the best epochs found, with a
/// learning rate that falls to its end there, and is calibrated by what the others said of their held-out
/// rows: temperature, abstention and the distances of novelty. A time limit is shared out evenly among the
/// rounds that are left.
///
/// In the result `held_out`, `validation`, `answered`, `predictions`, `baselines` and `rounds` are of the
/// rows of plan.held_out_rows(), in that order; `vectors_after` of those of the first round, by its
/// model; `best_epoch` and `epochs_run` of the last round. A checkpoint is also made after each
/// round. An interrupted run has the best_epoch 0, and leaves no
/// model that is worth keeping.
FinetuneResult final_fit(Model& model, const RoundPlan& plan, const FinetuneOptions& options,
                         const FinetuneObserver& observer, FinetuneStart start = {});

/// The middle one, or the mean of the two in the middle, halves rounded up. `epochs`: at least one.
std::int64_t median_epoch(std::vector<std::int64_t> epochs);

}  // namespace reprtune
