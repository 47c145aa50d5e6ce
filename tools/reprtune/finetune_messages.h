#pragma once

#include <reprtune/eval/learning_curve.h>
#include <reprtune/train/finetune.h>
#include <reprtune/train/run_estimate.h>

#include <nlohmann/json_fwd.hpp>

namespace reprtune::cli {

/// The settings of a run, chosen ones included.
void log_options(const FinetuneOptions& options);

/// How long a run would take, and what that was computed from.
void log_estimate(const RunEstimate& estimate);

/// The scores of the folds with mean and spread, and what the final fit was, as the run's record has them;
/// nothing of a run without rounds.
void log_rounds(const nlohmann::ordered_json& record);

/// One point of the learning curve.
void log_learning_point(const LearningPoint& point);

/// What abstaining comes to on the validation rows, or that it does not help.
void log_abstention(const Abstention& abstention, const AnsweredRows& answered);

/// That the time limit ended training, where it did.
void log_time_limit(const FinetuneOptions& options, const FinetuneResult& result);

}  // namespace reprtune::cli
