#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// An option or an argument of a command, as the parser knows it.
struct OptionEntry {
  std::vector<std::string> names;    ///< "--output", "-o"; of an argument its one name, "MODEL"
  std::string value;                 ///< kind of the value, "INT"; empty of a flag
  std::vector<std::string> choices;  ///< where the value is one of a few
  std::string default_value;
  std::string description;
  std::string group;  ///< heading in the help
  bool required = false;
};

struct CommandEntry {
  std::vector<std::string> path;  ///< {"models", "info"}; empty for the program itself
  std::string description;
  std::vector<OptionEntry> options, arguments;
  std::vector<CommandEntry> commands;
};

/// The one list of all that can be given on the command line, which completion and manual pages are made
/// from.
CommandEntry list_options(const CLI::App& app);

/// The command itself and all below it, outermost first.
std::vector<const CommandEntry*> all_commands(const CommandEntry& command);

}  // namespace reprtune::cli
