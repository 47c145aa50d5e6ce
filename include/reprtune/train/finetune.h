#pragma once

#include <reprtune/data/dataset.h>
#include <reprtune/eval/metrics.h>
#include <reprtune/model/model.h>
#include <reprtune/train/finetune_options.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// What a run is doing.
enum class RunState { preparing, training, validating, calibrating, done, failed, interrupted };
const char* run_state_name(RunState state);

/// Means over the steps since the last report.
struct StepReport {
  std::int64_t step = 0, steps = 0;    ///< steps done, of how many
  std::int64_t epoch = 0, epochs = 0;  ///< the epoch it belongs to, from 1
  double loss = 0, classification_loss = 0, contrastive_loss = 0;
  double learning_rate = 0;
  double tokens_per_second = 0;  ///< without padding: there is none
};

struct ValidationReport {
  std::int64_t step = 0, epoch = 0;
  Metrics metrics;
  bool best = false;  ///< better than every epoch before
};

/// Accuracy and macro-F1 of a baseline on the validation rows.
struct Baselines {
  double majority_accuracy = 0, majority_macro_f1 = 0;
  double probe_accuracy = 0, probe_macro_f1 = 0;  ///< linear probe on the vectors of the base model
};

/// Where progress goes. Every member may be empty. should_stop() may be called from any thread, the others
/// are called from the thread of finetune().
struct FinetuneObserver {
  std::function<void(RunState)> on_state;
  std::function<void(const Baselines&)> on_baselines;
  std::function<void(const StepReport&)> on_step;
  std::function<void(const ValidationReport&)> on_validation;
  std::function<bool()> should_stop;  ///< asked often; true ends the run soon
};

struct FinetuneResult {
  bool interrupted =
      false;  ///< should_stop() said so; the model then holds the best epoch so far, if there was one
  std::int64_t best_epoch = 0;
  std::int64_t epochs_run = 0;
  Baselines baselines;
  Metrics validation;                        ///< of the best epoch, calibrated
  at::Tensor vectors_before, vectors_after;  ///< [validation rows, H] float32
  std::vector<std::size_t> predictions;      ///< [validation rows]
};

/// Finetunes the model's encoder and a new head on `train`, choosing the best epoch by macro-F1 on
/// `validation` (ties: the lower log loss), and fits the temperature there. Both data sets have the same
/// LabelSet. `options` are complete (see choose_options). Same data, options, machine and threads give the
/// same bytes. Throws Error(data) when there is only one class or, with Truncation::none, a text that is too
/// long.
FinetuneResult finetune(Model& model, const Dataset& train, const Dataset& validation,
                        const FinetuneOptions& options, const FinetuneObserver& observer);

}  // namespace reprtune
