#pragma once

#include <reprtune/data/dataset.h>
#include <reprtune/eval/metrics.h>
#include <reprtune/infer/training_examples.h>
#include <reprtune/model/model.h>
#include <reprtune/train/checkpoint.h>
#include <reprtune/train/finetune_options.h>
#include <reprtune/train/held_out.h>
#include <reprtune/train/progress.h>
#include <reprtune/train/run_state.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Where progress goes. Every member may be empty. should_stop() may be called from any thread, the others
/// are called from the thread of finetune().
struct FinetuneObserver {
  std::function<void(const Round&)> on_round;  ///< only in a run of several; before all else
  std::function<void(RunState)> on_state;
  std::function<void(const Baselines&)> on_baselines;
  ProgressListener on_work;  ///< of what takes long beside the steps
  std::function<void(const StepReport&)> on_step;
  std::function<void(const ValidationReport&)> on_validation;
  std::function<bool()> should_stop;  ///< asked often; true ends the run soon
  /// Asked before each step and after each epoch whether on_checkpoint is to be called.
  std::function<bool(bool epoch_ended)> wants_checkpoint;
  /// Also called when the run is stopped. The tensors are the run's own: they change after the call.
  std::function<void(const Checkpoint&)> on_checkpoint;
};

/// Vectors of a run's rows by the encoder that it begins with.
struct BaseVectors {
  at::Tensor train, validation;  // [training rows, H], [validation rows, H] float32
  double seconds = 0;            ///< that they took
};

/// Embeds rows by the model of a run, on its threads; leaves the run when that is asked to stop. // [B, H]
using RowEmbedding = std::function<at::Tensor(std::span<const std::vector<std::int32_t>> ids)>;

/// Where a run begins; by default with the model's weights and the linear probe as head.
struct FinetuneStart {
  std::optional<Checkpoint> checkpoint;  ///< of a run with the same model, data and options
  const Head* head = nullptr;            ///< its labels are the first ones of the data's, in their order
  /// Seconds of work on this run up to now, that of earlier processes included, for the time limit. By
  /// default those since finetune() was called.
  std::function<double()> seconds;
  /// What earlier rounds say of rows that they held out (see final_fit). Then there are no validation rows:
  /// every epoch is trained, the last one is kept, and it is calibrated by these.
  const HeldOut* held_out = nullptr;
  /// Gives the base vectors, where they need not be embedded for this run alone.
  std::function<BaseVectors(const RowEmbedding& embed)> base_vectors;
};

/// What a round that held rows out came to.
struct RoundResult {
  std::int64_t best_epoch = 0, epochs_run = 0, steps = 0;
  bool out_of_time = false;
  Metrics metrics;  ///< of its held-out rows, calibrated as the model is in the end
};

struct FinetuneResult {
  bool interrupted =
      false;  ///< should_stop() said so; the model then holds the best epoch so far, if there was one
  std::int64_t best_epoch = 0;
  std::int64_t epochs_run = 0;  ///< the last of them perhaps in part
  std::int64_t steps = 0;
  bool out_of_time = false;  ///< the time limit ended training
  Baselines baselines;
  HeldOut held_out;                    ///< of the best epoch
  Metrics validation;                  ///< of the same, calibrated
  AnsweredRows answered;               ///< of the validation rows, by the head's abstention
  at::Tensor vectors_after;            ///< [validation rows, H] float32
  std::vector<RowLabels> predictions;  ///< [validation rows]
  TrainingExamples examples;           ///< of the (last round's) training rows
  std::vector<RoundResult> rounds;     ///< those before the last one, see final_fit
};

/// Finetunes the model's encoder and a new head on `train`, choosing the best epoch by macro-F1 on
/// `validation` (see EpochChoice), and fits the temperature there. Where rows may have any number of
/// labels, thresholds are fitted there, too, in each epoch. Both data sets have the same LabelSet and problem
/// type; a class without training rows keeps its rows of the head. `options` are complete (see
/// choose_options). Same data, options, machine and threads give the same bytes, from a checkpoint too,
/// unless there is a time limit: then the learning rate falls with the time, so that training has come to its
/// end when the time is over, and bytes depend on how fast the machine was. Throws Error(data) when there is
/// nothing to tell apart or, with Truncation::none, a text that is too long; Error(usage) for options that do
/// not go with the problem type.
FinetuneResult finetune(Model& model, const Dataset& train, const Dataset& validation,
                        const FinetuneOptions& options, const FinetuneObserver& observer,
                        FinetuneStart start = {});

}  // namespace reprtune
