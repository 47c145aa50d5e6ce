#pragma once

#include <reprtune/model/precision.h>

#include "log.h"

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// Options that every command has.
struct RuntimeOptions {
  std::int64_t threads = 0;  ///< after apply(): at least 1
  std::string device = "auto";
  Precision precision = Precision::automatic;
  std::string kernels;  ///< instruction set of the kernels; empty: the best
  bool quiet = false, verbose = false;
  LogFormat log_format = LogFormat::text;

  void bind(CLI::App& app);
  /// Sets up messages and threads; to be called first when a command runs.
  void apply();
};

}  // namespace reprtune::cli
