#pragma once

#include <reprtune/data/split.h>
#include <reprtune/eval/learning_curve.h>
#include <reprtune/train/finetune.h>

#include <functional>
#include <vector>

namespace reprtune {

/// A quarter and a half of the training rows, each with its share of every class and at least one row of it,
/// the quarter a part of the half. Throws Error(data) when there are too few rows.
std::vector<Dataset> learning_subsets(const Dataset& train, std::uint64_t seed);

/// The options that are chosen for a subset: what is absent from `asked`, by its rows; without a time limit.
FinetuneOptions learning_options(const FinetuneOptions& asked, const Dataset& subset, const Model& model);

/// Trains a model of its own on each of these subsets, as finetune() would with no more rows than these, and
/// scores it on the validation rows. `load` gives the model to begin with, `keeps_head` is whether its
/// head's labels are the first ones of the data's (see FinetuneStart); each has the learning_options() of its
/// subset. `on_point` is called after each. Stops where `should_stop`
/// says so, with the points that it has. Throws as finetune().
std::vector<LearningPoint> measure_learning_curve(const std::vector<Dataset>& subsets,
                                                  const Dataset& validation, const FinetuneOptions& asked,
                                                  const std::function<Model()>& load, bool keeps_head,
                                                  const std::function<bool()>& should_stop,
                                                  const std::function<void(const LearningPoint&)>& on_point);

}  // namespace reprtune
