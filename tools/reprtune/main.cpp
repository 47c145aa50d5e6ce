#include <reprtune/io/byte_sink.h>
#include <reprtune/io/error.h>
#include <reprtune/model/torch_error.h>

#include "command.h"
#include "config_file.h"
#include "empty_values.h"
#include "interrupt.h"
#include "log.h"
#include "messages.h"
#include "suggestion.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <new>
#include <span>
#include <sstream>

#include <malloc.h>

namespace reprtune::cli {
namespace {

constexpr std::array kCommands = {
    Command{"check", "Preview a training file: rows, classes, lengths, doubtful rows, advice", bind_check},
    Command{"finetune", "Finetune a base model on a file of texts with labels", bind_finetune},
    Command{"status", "What a finetuning run is doing, or how it ended", bind_status},
    Command{"evaluate", "Score a finetuned model on labelled rows", bind_evaluate},
    Command{"classify", "Label texts with a finetuned model", bind_classify},
    Command{"embed", "Turn texts into vectors", bind_embed},
    Command{"serve", "Answer requests over HTTP, with a page to try the model", bind_serve},
    Command{"ui", "The whole way in a browser: pick data, train, watch, compare, try", bind_ui},
    Command{"report", "Write the report of a run as one web page", bind_report},
    Command{"models", "Download base models, list them, or show what one is", bind_models},
    Command{"completion", "Print a script that completes commands and options in a shell", bind_completion},
    Command{"manual", "Print a manual page, for man -l -", bind_manual},
};

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::runtime:
      return 1;
    case ErrorKind::usage:
      return 2;
    case ErrorKind::data:
      return 3;
    case ErrorKind::model:
      return 4;
  }
  return 1;
}

int end_by_signal(const Interrupted& end) {
  log_error((end.signal == SIGINT ? "interrupted" : "terminated") +
            (end.outcome.empty() ? "" : ": " + end.outcome));
  return 128 + end.signal;
}

/// Runs a command; every way it can fail becomes one message and an exit code.
int run(const std::function<int()>& command) {
  try {
    catch_interrupts();
    return command();
  } catch (const BrokenPipe&) {
    return 0;  // the reader has what it wanted
  } catch (const Interrupted& interrupted) {
    return end_by_signal(interrupted);
  } catch (const Error& error) {
    // Input that a signal has cut off looks like bad data.
    if (interrupt_signal() != 0) return end_by_signal({interrupt_signal()});
    log_error(error.what());
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    log_error("out of memory");
  } catch (const std::filesystem::filesystem_error& error) {
    log_error(error.path1().string() + ": " + error.code().message());
  } catch (const std::exception& error) {
    log_error(torch_error_message(error).value_or(error.what()));
  }
  return 1;
}

/// The innermost command that was named.
const CLI::App& chosen_command(const CLI::App& app) {
  const auto named = app.get_subcommands();
  return named.empty() ? app : chosen_command(*named.front());
}

/// "models info"; empty for the program itself.
std::string command_path(const CLI::App& command) {
  if (command.get_parent() == nullptr) return "";
  const std::string parent = command_path(*command.get_parent());
  return parent + (parent.empty() ? "" : " ") + command.get_name();
}

std::string help_hint(const CLI::App& command) {
  const std::string path = command_path(command);
  return " (see reprtune " + path + (path.empty() ? "" : " ") + "--help)";
}

/// "--quiet" and so on.
std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& flag : option->get_lnames()) names.push_back("--" + flag);
  }
  return names;
}

/// Throws Error(usage) unless the arguments begin with commands as far as there are any to choose from, or
/// ask for help.
void require_known_command(const CLI::App& command, std::span<const std::string> arguments) {
  const auto commands = command.get_subcommands([](const CLI::App*) { return true; });
  if (commands.empty()) return;
  const std::string found = arguments.empty() ? "" : arguments.front();
  std::vector<std::string> names = option_names(command);
  if (std::ranges::find(names, found) != names.end() || found == "-h") return;
  std::string list;
  for (const CLI::App* each : commands) {
    if (each->get_name() == found) return require_known_command(*each, arguments.subspan(1));
    list += (list.empty() ? "" : ", ") + names.emplace_back(each->get_name());
  }
  const std::string path = command_path(command);
  throw Error(ErrorKind::usage,
              (path.empty() ? "" : path + ": ") + "expected a command (" + list + "), found " +
                  (arguments.empty() ? "none" : "'" + found + "'" + suggestion(found, names)) +
                  help_hint(command));
}

/// The first argument that the chosen command does not take; empty when it takes all.
std::string first_unexpected(const CLI::App& app) {
  for (const std::string& argument : app.remaining(true))
    if (argument != "--") return argument;
  return {};
}

/// What is said of it.
std::string unexpected_argument(const CLI::App& app) {
  const CLI::App& command = chosen_command(app);
  const std::string path = command_path(command);
  const std::string found = first_unexpected(app);
  const std::string name = found.substr(0, found.find('='));
  const std::vector<std::string> options = option_names(command);
  if (std::ranges::find(options, name) != options.end())
    return path + " takes no argument '" + found + "' more: what follows -- is no option" +
           help_hint(command);
  return (name.starts_with("-") && name != "-" ? path + " has no option " + name + suggestion(name, options)
                                               : path + " does not take '" + found + "'") +
         help_hint(command);
}

/// Prints what --help or --version asked for.
int print_help(const CLI::App& app, const CLI::Success& success) {
  std::ostringstream text;
  app.exit(success, text, text);
  return run([&text] {
    print_result(text.str());
    return 0;
  });
}

/// The form of messages about the options themselves, before these are read.
LogFormat first_log_format(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const bool apart =
        arguments[i] == "--log-format" && i + 1 < arguments.size() && arguments[i + 1] == "json";
    if (apart || arguments[i] == "--log-format=json") return LogFormat::json;
  }
  return LogFormat::text;
}

int parse_and_run(std::vector<std::string> arguments) {
  CLI::App app(
      "reprtune: finetune a text representation model on a CSV of texts and labels, then embed and classify "
      "with it",
      "reprtune");
  app.set_version_flag("--version", std::string("reprtune ") + REPRTUNE_VERSION);
  app.require_subcommand(1);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  std::function<int()> chosen;
  for (const Command& command : kCommands) {
    CLI::App* subcommand = app.add_subcommand(command.name, command.description);
    const auto action = command.bind(*subcommand);
    subcommand->callback([&chosen, action] { chosen = action; });
  }
  ExpandedArguments expanded;
  try {
    require_known_command(app, arguments);
    expanded = expand_config(app, std::move(arguments));
    std::vector<std::string> parsed = separate_empty_values(app, expanded.arguments);
    std::ranges::reverse(parsed);  // CLI11 takes them from the back
    app.parse(std::move(parsed));
    refuse_empty_values(app);
  } catch (const Error& error) {
    log_error(error.what());
    return exit_code(error.kind());
  } catch (const CLI::Success& success) {
    return print_help(app, success);
  } catch (const CLI::ExtrasError&) {
    log_error(expanded.with_origin(unexpected_argument(app)));
    return exit_code(ErrorKind::usage);
  } catch (const CLI::RequiredError& error) {
    // What is missing may be there, but as the value of an option that nobody knows.
    const bool is_misspelt = first_unexpected(app).starts_with("-");
    log_error(expanded.with_origin(is_misspelt ? unexpected_argument(app)
                                               : error.what() + help_hint(chosen_command(app))));
    return exit_code(ErrorKind::usage);
  } catch (const CLI::ParseError& error) {
    log_error(expanded.with_origin(error.what()) + help_hint(chosen_command(app)));
    return exit_code(ErrorKind::usage);
  } catch (const std::exception& error) {
    log_error(error.what());
    return 1;
  }
  return run(chosen);
}

}  // namespace
}  // namespace reprtune::cli

int main(int argc, char** argv) {
  // Tensors of many megabytes come and go at every training step: keep their memory instead of asking the
  // kernel for fresh, zeroed pages each time.
  mallopt(M_MMAP_THRESHOLD, 1 << 25);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  std::vector<std::string> arguments(argv + 1, argv + argc);
  reprtune::cli::set_up_log(reprtune::cli::first_log_format(arguments), reprtune::cli::LogLevel::normal);
  const int code = reprtune::cli::parse_and_run(std::move(arguments));
#ifdef __SANITIZE_ADDRESS__
  return code;  // leaks are looked for at a normal exit
#else
  // All output is complete. The tensor library's own destructors would take a quarter of the time of a short
  // run.
  std::fflush(nullptr);
  std::_Exit(code);
#endif
}
