#include "manual_page.h"

#include <algorithm>
#include <cctype>

namespace reprtune::cli {
namespace {

/// Text that roff prints as it is.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";  // a minus sign, which can be copied into a terminal
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string with_stop(const std::string& sentence) {
  return sentence.empty() || sentence.ends_with('.') ? sentence : sentence + ".";
}

std::string program_name(const CommandEntry& command) {
  std::string name = "reprtune";
  for (const std::string& part : command.path) name += " " + part;
  return name;
}

std::string synopsis(const CommandEntry& command) {
  std::string out = ".B " + roff(program_name(command)) + "\n";
  if (!command.commands.empty()) return out + italic("COMMAND") + " ...\n.br\n";
  for (const OptionEntry& argument : command.arguments) {
    const std::string name = italic(argument.names.front());
    out += argument.required ? name + "\n" : "[" + name + "]\n";
  }
  return out + "[" + italic("OPTIONS") + "]\n.br\n";
}

std::string value_text(const OptionEntry& option) {
  if (option.value.empty()) return "";
  if (option.choices.empty()) return " " + italic(option.value);
  std::string out;
  for (const std::string& choice : option.choices) out += (out.empty() ? " " : "|") + roff(choice);
  return out;
}

std::string option_text(const OptionEntry& option) {
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + bold(name);
  std::string said = with_stop(option.description);
  if (!option.default_value.empty()) said += " Default: " + option.default_value + ".";
  return ".TP\n" + names + value_text(option) + "\n" + roff(said) + "\n";
}

/// Those without a heading of their own first.
std::string options_text(const CommandEntry& command) {
  std::vector<std::string> groups;
  for (const OptionEntry& option : command.options)
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  std::string out;
  for (const std::string& group : groups) {
    out += groups.size() > 1 ? ".SS " + roff(group) + "\n" : "";
    for (const OptionEntry& option : command.options)
      if (option.group == group) out += option_text(option);
  }
  return out;
}

std::string command_text(const CommandEntry& command) {
  std::string out;
  for (const OptionEntry& argument : command.arguments) {
    out += ".TP\n" + italic(argument.names.front()) + value_text(argument) + "\n" +
           roff(with_stop(argument.description)) + "\n";
  }
  return out + options_text(command);
}

std::string synopses(const CommandEntry& command) {
  if (command.path.empty() || command.commands.empty()) return synopsis(command);
  std::string out;
  for (const CommandEntry& below : command.commands) out += synopses(below);
  return out;
}

std::string program_text(const CommandEntry& program) {
  std::string out = ".SH COMMANDS\n";
  for (const CommandEntry& below : program.commands)
    out += ".TP\n" + bold(below.path.back()) + "\n" + roff(with_stop(below.description)) + "\n";
  return out + ".SH OPTIONS\n" + options_text(program);
}

/// The command's options, then the commands below it, each under a heading of its own.
std::string command_texts(const CommandEntry& command) {
  std::string out = ".SH OPTIONS\n" + command_text(command);
  for (const CommandEntry& below : command.commands) {
    out += ".SH " + roff(program_name(below)) + "\n" + roff(with_stop(below.description)) + "\n" +
           command_text(below);
  }
  return out;
}

std::string see_also(const CommandEntry& command) {
  if (!command.path.empty()) return ".BR reprtune (1)\n";
  std::string out;
  for (const CommandEntry& below : command.commands)
    out +=
        ".BR " + roff(manual_name(below)) + " (1)" + (&below == &command.commands.back() ? "" : ",") + "\n";
  return out;
}

}  // namespace

std::string manual_name(const CommandEntry& command) {
  return command.path.empty() ? "reprtune" : "reprtune-" + command.path.front();
}

std::string manual_page(const CommandEntry& command, const std::string& version) {
  std::string title = manual_name(command);
  std::ranges::transform(title, title.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return ".TH " + roff(title) + " 1 \"\" \"reprtune " + version + "\" \"User commands\"\n.SH NAME\n" +
         roff(manual_name(command)) + " \\- " + roff(command.description) + "\n.SH SYNOPSIS\n" +
         synopses(command) + (command.path.empty() ? program_text(command) : command_texts(command)) +
         ".SH EXIT STATUS\n0 done, 1 runtime failure, 2 wrong usage, 3 bad data, 4 bad or missing model, "
         "129, "
         "130 or 143 stopped by a signal.\n.SH SEE ALSO\n" +
         see_also(command);
}

}  // namespace reprtune::cli
