#pragma once

#include <reprtune/model/safetensors.h>
#include <reprtune/train/epoch_choice.h>
#include <reprtune/train/progress.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// All that a run needs to go on as if it had never stopped. Batches and dropout masks are functions of the
/// seed and of the numbers here, so there is no state of a random generator.
struct Checkpoint {
  std::int64_t epoch = 1;  ///< the epoch it is in, from 1; one more than there are after the last
  std::int64_t batch = 0;  ///< batches of that epoch that are done
  std::int64_t step = 0;   ///< steps in all
  StepReport sums;         ///< losses, and the last learning rate, of the steps not yet reported
  std::int64_t summed_steps = 0;

  EpochChoice choice;
  Baselines baselines;

  double training_began = 0;   ///< seconds of work before the first step
  double closing_seconds = 0;  ///< what the work after the last step is expected to take

  /// Of each round before this one, in a run of several (see final_fit).
  std::vector<std::int64_t> round_best_epochs, round_epochs, round_steps, round_out_of_time;
  double round_began = 0;  ///< seconds of work before this round

  std::vector<std::int64_t> optimizer_steps;  ///< of each weight, in the optimizer's order
  /// None of the weights' where no round is under way. float32: weights.NAME, first.NAME and second.NAME
  /// (moments) of each weight, best.NAME (its value in the best epoch, unless that is the value it has),
  /// vectors_before and probe of the validation rows, examples_before, round.N.NAME (what round N says of its
  /// held-out rows). Written: those of the run, as they are at this moment. Read: of its own.
  NamedTensors tensors;

  /// Tensor `name`. Throws Error(model) when it is not there in this shape.
  const at::Tensor& tensor(const std::string& name, at::IntArrayRef shape) const;
  bool has_tensor(const std::string& name) const;

  /// Steps of the run, those of earlier rounds included.
  std::int64_t total_steps() const;
};

/// Writes checkpoint.json, tensors.safetensors and the further files {name: bytes} into the new folder
/// `folder`; checkpoint.json has the checksums of all, its own too. Nothing is waited for: what is on the
/// disk, and when, is the caller's. Throws Error(runtime).
void write_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint,
                      const std::map<std::string, std::string>& further);

/// Reads and checks every file. Throws Error(model), one line that names the file, when one is missing, cut
/// short or damaged.
Checkpoint read_checkpoint(const std::filesystem::path& folder);

}  // namespace reprtune
