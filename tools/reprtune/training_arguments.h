#pragma once

#include <reprtune/train/finetune_options.h>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// Options of FinetuneOptions.
void bind_training_options(CLI::App& app, FinetuneOptions& options);

}  // namespace reprtune::cli
