#pragma once

#include <reprtune/data/input_options.h>
#include <reprtune/text/tokenizer.h>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// Options of the commands that read rows.
void bind_input_options(CLI::App& app, InputOptions& options);

/// What to do with texts that are too long.
void bind_truncate_option(CLI::App& app, Truncation& truncation);

}  // namespace reprtune::cli
