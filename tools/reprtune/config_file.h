#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// What a command line becomes with the options of a file.
struct ExpandedArguments {
  std::vector<std::string> arguments;
  std::string file;                  ///< empty: none was named
  std::vector<std::string> options;  ///< those of the file, "--epochs"

  /// `message`, which begins with an option or names one as "has no option --NAME", behind the name of the
  /// file if the option is one of those.
  std::string with_origin(const std::string& message) const;
};

/// Replaces `--config FILE` in the arguments by the options that the file holds (a flat JSON object or TOML
/// table with the long option names), put before the options of the command line, which therefore win.
/// `arguments` are those behind the program's name: the commands of `app` first. Throws Error(usage) naming
/// the file.
ExpandedArguments expand_config(const CLI::App& app, std::vector<std::string> arguments);

}  // namespace reprtune::cli
