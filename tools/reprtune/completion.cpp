#include "command.h"
#include "completion_script.h"
#include "messages.h"
#include "option_kinds.h"
#include "option_list.h"

namespace reprtune::cli {
namespace {

enum class Shell { bash, zsh, fish };

struct CompletionOptions {
  Shell shell = Shell::bash;
};

std::string completion(Shell shell, const CommandEntry& program) {
  switch (shell) {
    case Shell::bash:
      return bash_completion(program);
    case Shell::zsh:
      return zsh_completion(program);
    case Shell::fish:
      return fish_completion(program);
  }
  return {};
}

}  // namespace

std::function<int()> bind_completion(CLI::App& app) {
  auto options = std::make_shared<CompletionOptions>();
  add_choice(app, "SHELL", options->shell, {"bash", "zsh", "fish"},
             "Shell to print a completion script for, to be sourced or put where it looks for one")
      ->required();
  return [&app, options] {
    print_result(completion(options->shell, list_options(*app.get_parent())));
    return 0;
  };
}

}  // namespace reprtune::cli
