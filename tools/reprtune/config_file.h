#pragma once

#include <string>
#include <vector>

namespace reprtune::cli {

/// Replaces `--config FILE` in the arguments by the options that the file holds (a flat JSON object or TOML
/// table with the long option names), put before the options of the command line, which therefore win.
/// `arguments` are those behind the program's name: the command first. Throws Error(usage) naming the file.
std::vector<std::string> expand_config(std::vector<std::string> arguments);

}  // namespace reprtune::cli
