#include "option_list.h"

#include <sstream>
#include <utility>

namespace reprtune::cli {
namespace {

/// Those in the parser's "TEXT:{csv,jsonl}".
std::vector<std::string> choices_of(const std::string& type) {
  const std::size_t begin = type.find(":{"), end = type.rfind('}');
  std::vector<std::string> choices;
  if (begin == std::string::npos || end == std::string::npos) return choices;
  std::istringstream list(type.substr(begin + 2, end - begin - 2));
  for (std::string choice; std::getline(list, choice, ',');) choices.push_back(choice);
  return choices;
}

OptionEntry entry_of(const CLI::Option& option) {
  OptionEntry entry;
  for (const std::string& name : option.get_lnames()) entry.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) entry.names.push_back("-" + name);
  if (option.get_positional()) entry.names = {option.get_name(true)};
  const std::string type = option.get_items_expected_max() == 0 ? "" : option.get_type_name();
  entry.value = type.substr(0, type.find(':'));
  entry.choices = choices_of(type);
  entry.default_value = option.get_default_str();
  entry.description = option.get_description();
  entry.group = option.get_group();
  entry.required = option.get_required();
  return entry;
}

CommandEntry list_command(const CLI::App& app, std::vector<std::string> path) {
  CommandEntry entry{std::move(path), app.get_description(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options())
    (option->get_positional() ? entry.arguments : entry.options).push_back(entry_of(*option));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    std::vector<std::string> below = entry.path;
    below.push_back(command->get_name());
    entry.commands.push_back(list_command(*command, std::move(below)));
  }
  return entry;
}

}  // namespace

CommandEntry list_options(const CLI::App& app) { return list_command(app, {}); }

std::vector<const CommandEntry*> all_commands(const CommandEntry& command) {
  std::vector<const CommandEntry*> all = {&command};
  for (const CommandEntry& below : command.commands)
    for (const CommandEntry* each : all_commands(below)) all.push_back(each);
  return all;
}

}  // namespace reprtune::cli
