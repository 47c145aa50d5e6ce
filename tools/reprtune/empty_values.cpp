#include "empty_values.h"

#include <reprtune/io/error.h>

#include <algorithm>
#include <set>

namespace reprtune::cli {
namespace {

/// The command that a word chooses below another; that one itself, when it chooses none.
const CLI::App* chosen_command(const CLI::App* command, const std::string& word) {
  const auto below = command->get_subcommands([&](const CLI::App* app) { return app->get_name() == word; });
  return below.empty() ? command : below.front();
}

/// "--name=" of an option that takes a value.
bool is_empty_value(const CLI::App& command, const std::string& argument) {
  if (!argument.starts_with("--") || argument.find('=') != argument.size() - 1) return false;
  const CLI::Option* option = command.get_option_no_throw(argument.substr(0, argument.size() - 1));
  return option != nullptr && option->get_items_expected_max() > 0;
}

}  // namespace

std::vector<std::string> separate_empty_values(const CLI::App& app,
                                               const std::vector<std::string>& arguments) {
  const auto options_end = std::ranges::find(arguments, "--");
  std::vector<std::string> separate;
  const CLI::App* command = &app;
  for (auto argument = arguments.begin(); argument != options_end; ++argument) {
    command = chosen_command(command, *argument);
    separate.push_back(*argument);
    if (!is_empty_value(*command, *argument)) continue;
    separate.back().pop_back();
    separate.emplace_back();
  }
  separate.insert(separate.end(), options_end, arguments.end());
  return separate;
}

void refuse_empty_values(const CLI::App& app) {
  static const std::set<std::string> may_be_empty = {"--abstain-label", "--clean", "--label-separator"};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() == 0 || may_be_empty.contains(option->get_name())) continue;
    const auto& values = option->results();
    if (std::ranges::find(values, "") != values.end())
      throw Error(ErrorKind::usage, option->get_name() + ": expected a value, found ''");
  }
  for (const CLI::App* command : app.get_subcommands()) refuse_empty_values(*command);
}

}  // namespace reprtune::cli
