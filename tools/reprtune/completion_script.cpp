#include "completion_script.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace reprtune {
extern const std::string_view kBashCompletion;  // completion.bash
}

namespace reprtune::cli {
namespace {

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::vector<std::string> command_names(const CommandEntry& command) {
  std::vector<std::string> names;
  for (const CommandEntry& below : command.commands) names.push_back(below.path.back());
  return names;
}

std::vector<std::string> option_names(const CommandEntry& command) {
  std::vector<std::string> names;
  for (const OptionEntry& option : command.options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + by.size()))
    text.replace(at, part.size(), by);
  return text;
}

/// As one word of the shell.
std::string quoted(const std::string& text) { return "'" + replaced(text, "'", "'\\''") + "'"; }

/// The first sentence is enough beside a name.
std::string short_description(const std::string& text) {
  return text.substr(0, std::min(text.find("; "), text.find(" (default")));
}

/// A branch of a case statement that offers these words.
std::string bash_branch(const std::string& pattern, const std::vector<std::string>& words) {
  return "    " + pattern + ") COMPREPLY=($(compgen -W \"" + joined(words, " ") + "\" -- \"$word\")) ;;\n";
}

}  // namespace

std::string bash_completion(const CommandEntry& program) {
  std::string commands, values, options, below;
  for (const CommandEntry* command : all_commands(program)) {
    const std::string path = joined(command->path, " ");
    for (const std::string& name : command_names(*command))
      commands += (commands.empty() ? "" : "|") + quoted(path + " " + name);
    options += bash_branch(quoted(path), option_names(*command));
    if (!command->commands.empty()) below += bash_branch(quoted(path), command_names(*command));
    for (const OptionEntry& argument : command->arguments)
      if (!argument.choices.empty()) below += bash_branch(quoted(path), argument.choices);
    for (const OptionEntry& option : command->options) {
      if (option.choices.empty()) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : option.names) patterns.push_back(quoted(path + " " + name));
      values += bash_branch(joined(patterns, "|"), option.choices);
    }
  }
  std::string script(kBashCompletion);
  for (const auto& [place, text] :
       {std::pair("@commands@", commands), {"@values@", values}, {"@options@", options}, {"@below@", below}})
    script = replaced(std::move(script), place, text);
  return script;
}

namespace {

/// "'(--output -o)'{--output,-o}'[where to write]:value:_files'".
std::string zsh_argument(const OptionEntry& option) {
  const std::string said = replaced(replaced(short_description(option.description), "[", "\\["), "]", "\\]");
  const std::string action = option.choices.empty() ? "_files" : "(" + joined(option.choices, " ") + ")";
  const std::string value = option.value.empty() ? "" : ":value:" + action;
  const std::string rest = quoted("[" + said + "]" + value);
  if (option.names.size() == 1) return option.names[0] + rest;
  return quoted("(" + joined(option.names, " ") + ")") + "{" + joined(option.names, ",") + "}" + rest;
}

std::string zsh_function_name(const CommandEntry& command) {
  return "_reprtune" + (command.path.empty() ? "" : "_" + joined(command.path, "_"));
}

/// What may come beside the options of a command: one of a few words, or file names.
std::string zsh_rest(const CommandEntry& command) {
  for (const OptionEntry& argument : command.arguments) {
    if (!argument.choices.empty())
      return " \\\n    " +
             quoted("1:" + argument.names.front() + ":(" + joined(argument.choices, " ") + ")") + "\n";
  }
  return " \\\n    '*:file:_files'\n";
}

std::string zsh_function(const CommandEntry& command) {
  std::string out = zsh_function_name(command) + "() {\n";
  if (!command.commands.empty()) {
    out += "  local state line\n  local -a commands\n  commands=(\n";
    for (const CommandEntry& below : command.commands)
      out += "    " + quoted(below.path.back() + ":" + replaced(below.description, ":", "\\:")) + "\n";
    out += "  )\n";
  }
  out += command.commands.empty() ? "  _arguments -s" : "  _arguments -C";
  for (const OptionEntry& option : command.options) out += " \\\n    " + zsh_argument(option);
  if (command.commands.empty()) return out + zsh_rest(command) + "}\n\n";
  out +=
      " \\\n    '1:command:->command' '*::argument:->argument'\n  case $state in\n"
      "  command) _describe command commands ;;\n  argument)\n    case $words[1] in\n";
  for (const CommandEntry& below : command.commands)
    out += "    " + below.path.back() + ") " + zsh_function_name(below) + " ;;\n";
  return out + "    esac ;;\n  esac\n}\n\n";
}

}  // namespace

std::string zsh_completion(const CommandEntry& program) {
  std::string out = "#compdef reprtune\n# Completion of reprtune for zsh.\n\n";
  for (const CommandEntry* command : all_commands(program)) out += zsh_function(*command);
  // As a file in fpath it is called by its first use; sourced, it says what it is for.
  return out +
         "if [[ $funcstack[1] == _reprtune ]]; then\n  _reprtune \"$@\"\nelse\n  compdef _reprtune "
         "reprtune\nfi\n";
}

namespace {

/// When a line of a fish script applies: within this command.
std::string fish_condition(const CommandEntry& command) {
  if (command.path.empty()) return "__fish_use_subcommand";
  std::string out;
  for (const std::string& name : command.path)
    out += (out.empty() ? "" : "; and ") + std::string("__fish_seen_subcommand_from ") + name;
  return out;
}

std::string fish_option(const std::string& condition, const OptionEntry& option) {
  std::string out = "complete -c reprtune -n " + quoted(condition);
  for (const std::string& name : option.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.choices.empty()) {
    out += " -x -a " + quoted(joined(option.choices, " "));
  } else if (!option.value.empty()) {
    out += " -r";
  }
  return out + " -d " + quoted(short_description(option.description)) + "\n";
}

}  // namespace

std::string fish_completion(const CommandEntry& program) {
  std::string out = "# Completion of reprtune for fish.\n";
  for (const CommandEntry* command : all_commands(program)) {
    const std::string condition = fish_condition(*command);
    for (const CommandEntry& below : command->commands) {
      const std::string before =
          command->path.empty()
              ? condition
              : condition + "; and not __fish_seen_subcommand_from " + joined(command_names(*command), " ");
      out += "complete -c reprtune -f -n " + quoted(before) + " -a " + below.path.back() + " -d " +
             quoted(below.description) + "\n";
    }
    for (const OptionEntry& option : command->options) out += fish_option(condition, option);
    for (const OptionEntry& argument : command->arguments) {
      if (argument.choices.empty()) continue;
      out += "complete -c reprtune -f -n " + quoted(condition) + " -a " +
             quoted(joined(argument.choices, " ")) + "\n";
    }
  }
  return out;
}

}  // namespace reprtune::cli
