#include "config_file.h"

#include <reprtune/io/error.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace reprtune::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

[[noreturn]] void fail(const std::string& file, const std::string& what) {
  throw Error(ErrorKind::usage, file + ": " + what);
}

/// Appends one option. Flags take true and false, too.
void append_option(std::vector<std::string>& arguments, const std::string& name, const std::string& value) {
  arguments.push_back("--" + name + "=" + value);
}

std::vector<std::string> json_options(const std::string& text, const std::string& file) {
  std::vector<std::string> arguments;
  std::set<std::string> names;
  const auto refuse_repeated = [&](int depth, nlohmann::ordered_json::parse_event_t event,
                                   const nlohmann::ordered_json& item) {
    if (depth != 1 || event != nlohmann::ordered_json::parse_event_t::key) return true;
    if (!names.insert(item.get<std::string>()).second)
      fail(file, "option '" + item.get<std::string>() + "': expected once, found twice");
    return true;
  };
  try {
    const auto json = nlohmann::ordered_json::parse(text, refuse_repeated);
    if (!json.is_object())
      fail(file, std::string("expected a JSON object of options, found ") + json.type_name());
    for (const auto& [name, value] : json.items()) {
      if (value.is_null()) continue;
      if (value.is_structured())
        fail(file, "option '" + name + "': expected a text, a number, true or false");
      append_option(arguments, name, value.is_string() ? value.get<std::string>() : value.dump());
    }
  } catch (const nlohmann::json::parse_error& error) {
    fail(file, "not valid JSON at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::out_of_range&) {
    fail(file, "has a number that is too large");
  }
  return arguments;
}

std::string number_text(double number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

std::vector<std::string> toml_options(const std::string& text, const std::string& file) {
  std::vector<std::string> arguments;
  try {
    for (const auto& [key, value] : toml::parse(text)) {
      const std::string name(key.str());
      if (const auto* given = value.as_string()) {
        append_option(arguments, name, given->get());
      } else if (const auto* integer = value.as_integer()) {
        append_option(arguments, name, std::to_string(integer->get()));
      } else if (const auto* fraction = value.as_floating_point()) {
        append_option(arguments, name, number_text(fraction->get()));
      } else if (const auto* flag = value.as_boolean()) {
        append_option(arguments, name, flag->get() ? "true" : "false");
      } else {
        fail(file, "option '" + name + "': expected a text, a number, true or false, outside any section");
      }
    }
  } catch (const toml::parse_error& error) {
    fail(file, "not valid TOML in line " + std::to_string(error.source().begin.line) + ": " +
                   std::string(error.description()));
  }
  return arguments;
}

std::vector<std::string> read_options(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  if (!stream) fail(file, std::string("cannot be read: ") + std::strerror(errno));
  if (std::filesystem::is_regular_file(file) && std::filesystem::file_size(file) == 0) return {};
  if (!(bytes << stream.rdbuf())) fail(file, std::string("cannot be read: ") + std::strerror(errno));
  std::string text = bytes.str();
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  const bool is_json = std::filesystem::path(file).extension() == ".json" ||
                       text.find_first_not_of(" \t\r\n") == text.find('{');
  return is_json ? json_options(text, file) : toml_options(text, file);
}

/// "--epochs" of "--epochs: expected ..." or "--epochs=3"; empty, when there is none.
std::string first_option(const std::string& text) {
  const std::size_t begin = std::min(text.find("--"), text.size());
  const std::size_t end = std::min(text.find_first_of(":=;, ", begin), text.size());
  return text.substr(begin, end - begin);
}

/// Takes `--config FILE` or `--config=FILE` out of the arguments.
std::optional<std::string> take_config(std::vector<std::string>& arguments) {
  static const std::string flag = "--config";
  for (auto argument = arguments.begin(); argument != arguments.end() && *argument != "--"; ++argument) {
    if (argument->starts_with(flag + "=")) {
      std::string file = argument->substr(flag.size() + 1);
      arguments.erase(argument);
      return file;
    }
    if (*argument == flag && argument + 1 != arguments.end()) {
      std::string file = *(argument + 1);
      arguments.erase(argument, argument + 2);
      return file;
    }
  }
  return std::nullopt;
}

/// How many of the first arguments are commands, as in `models pull`.
std::ptrdiff_t count_commands(const CLI::App& app, const std::vector<std::string>& arguments) {
  std::ptrdiff_t count = 0;
  const CLI::App* command = &app;
  for (const std::string& argument : arguments) {
    const auto commands =
        command->get_subcommands([&](const CLI::App* each) { return each->get_name() == argument; });
    if (commands.empty()) break;
    command = commands.front();
    ++count;
  }
  return count;
}

}  // namespace

std::string ExpandedArguments::with_origin(const std::string& message) const {
  const std::string option = first_option(message);
  return std::ranges::find(options, option) == options.end() ? message : file + ": " + message;
}

ExpandedArguments expand_config(const CLI::App& app, std::vector<std::string> arguments) {
  const auto file = take_config(arguments);
  if (!file || arguments.empty()) return {std::move(arguments), {}, {}};
  if (const auto second = take_config(arguments))
    throw Error(ErrorKind::usage, "--config: expected one file, found '" + *file + "' and '" + *second + "'");
  ExpandedArguments expanded{std::move(arguments), *file, {}};
  const std::vector<std::string> options = read_options(*file);
  expanded.arguments.insert(expanded.arguments.begin() + count_commands(app, expanded.arguments),
                            options.begin(), options.end());
  for (const std::string& option : options) expanded.options.push_back(first_option(option));
  return expanded;
}

}  // namespace reprtune::cli
