#pragma once

#include <reprtune/model/model.h>
#include <reprtune/train/batch_sampler.h>
#include <reprtune/train/checkpoint.h>
#include <reprtune/train/finetune_options.h>
#include <reprtune/train/objective.h>
#include <reprtune/train/optimizer.h>
#include <reprtune/train/parallel_encoder.h>
#include <reprtune/train/token_dropout.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Rows as training needs them.
struct TokenizedRows {
  std::vector<std::vector<std::int32_t>> ids;
  std::vector<RowLabels> labels;
};

/// The steps of a run: batches, losses, optimizer, and how far they are.
class Trainer {
 public:
  /// Begins with the model's weights and this head. Everything given must outlive this object.
  Trainer(Model& model, const Head& head, const TokenizedRows& rows, const FinetuneOptions& options);

  /// Copies the weights of a checkpoint, which a trainer is then to begin with, into model and head.
  static void restore_weights(const Checkpoint& checkpoint, Model& model, Head& head);
  /// Goes on from a checkpoint whose weights it began with.
  void restore(const Checkpoint& checkpoint);
  /// Writes where it is, and what its tensors hold, into a checkpoint.
  void save(Checkpoint& checkpoint);

  /// The epoch it is in, from 1, batches of it that are done, steps in all.
  std::int64_t epoch() const { return epoch_; }
  std::int64_t batch() const { return batch_; }
  std::int64_t step() const { return step_; }

  /// Does what is left of the epoch. `before_step` may leave by an exception; what it leaves behind can be
  /// saved. It returns the share of the time for training that is gone: the learning rate is that of a run
  /// which is at least so far, and at 1 the epoch ends here. Returns whether all of it was done. Throws
  /// Error(runtime) when the loss is not a number.
  bool train_epoch(const std::function<double()>& before_step,
                   const std::function<void(const StepReport&)>& report);
  void next_epoch();

  /// A copy.
  Head head() const;
  /// Everything that is trained, the head too, by name, in the order of the optimizer.
  const NamedTensors& weights() const { return weights_; }

 private:
  struct Losses {
    double all, classification, contrastive;
  };
  Losses learn_from(const at::Tensor& vectors, const at::Tensor& host_targets);
  std::int64_t train_step(const std::vector<std::size_t>& rows);
  [[noreturn]] void fail_diverged(const std::string& what) const;
  StepReport mean_report() const;
  std::int64_t position() const;

  const TokenizedRows& rows_;
  const FinetuneOptions& options_;
  Head head_;
  std::unique_ptr<Objective> objective_;
  at::Tensor absent_;  // [C] bool: classes without training rows; undefined when there is none
  TokenDropout token_dropout_;
  ParallelEncoder encoder_;
  BatchSampler sampler_;
  NamedTensors weights_;
  std::unique_ptr<Optimizer> optimizer_;
  std::int64_t steps_ = 0, warmup_ = 0;

  std::int64_t epoch_ = 1, batch_ = 0, step_ = 0;
  double time_gone_ = 0;  ///< share
  StepReport sums_;       ///< of the steps not yet reported
  std::int64_t summed_steps_ = 0;
};

}  // namespace reprtune
