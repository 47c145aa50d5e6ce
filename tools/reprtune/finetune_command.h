#pragma once

#include <reprtune/data/input_options.h>
#include <reprtune/data/problem_type.h>
#include <reprtune/train/finetune_options.h>

#include "runtime_options.h"
#include "training_rows.h"

#include <optional>
#include <string>

namespace reprtune::cli {

/// What `finetune` was asked for.
struct FinetuneCommand {
  TrainingFiles files;
  std::optional<std::string> output;
  std::string base = "small", init_from;
  double checkpoint_minutes = 10;
  bool resume = false, overwrite = false, dry_run = false, estimate = false;
  bool compare = false, learning_curve = false;
  FinetuneOptions options;
  InputOptions input;
  RuntimeOptions runtime;
};

void bind_finetune_command(CLI::App& app, FinetuneCommand& command);

/// Throws Error(usage) for values out of range and options that contradict each other.
void validate_command(const FinetuneCommand& command);

/// Throws Error(usage) for what rows of this problem type cannot be used for.
void require_command_for(ProblemType problem, const FinetuneCommand& command);

}  // namespace reprtune::cli
