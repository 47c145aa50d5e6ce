#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// "--NAME" and "--no-NAME", of which the last one given counts.
void add_optional_flag(CLI::App& app, const std::string& name, std::optional<bool>& field,
                       const std::string& description);

/// An option whose value is one of `names`, kept as the enum value of that index; its default is the field's
/// value.
template <typename Enum>
CLI::Option* add_choice(CLI::App& app, const std::string& flag, Enum& field,
                        const std::vector<std::string>& names, const std::string& description) {
  const auto set = [&field, names](const std::string& value) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == value) field = static_cast<Enum>(i);
    }
  };
  return app.add_option_function<std::string>(flag, set, description)
      ->check(CLI::IsMember(names))
      ->default_str(names.at(static_cast<std::size_t>(field)));
}

}  // namespace reprtune::cli
