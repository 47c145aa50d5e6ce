#pragma once

#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// "a whole number", "a number from 0 to 1".
template <typename T>
std::string number_kind(std::optional<T> least, std::optional<T> most) {
  std::string kind = std::is_integral_v<T> ? "a whole number" : "a number";
  if (!least) return kind;
  const auto text = [](T number) { return CLI::detail::to_string(number); };
  return kind + " from " + text(*least) + (most ? " to " + text(*most) : "");
}

/// Refuses what is not a number of type T, in decimal, from its first character to its last; for `transform`
/// of an option. CLI11 itself reads 010 as 8, 0x10 as 16, -1 into an unsigned number and 1e999 as infinity.
template <typename T>
CLI::Validator number(std::optional<T> least = {}, std::optional<T> most = {}) {
  if (std::is_unsigned_v<T> && !least) least = T{0};
  const auto read = [least, most](std::string& value) -> std::string {
    T found{};
    const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), found);
    const bool is_number = code == std::errc() && end == value.data() + value.size();
    if (!is_number || (least && !(found >= *least)) || (most && !(found <= *most)))
      return "expected " + number_kind(least, most) + ", found '" + value + "'";
    // Zeros before it are what CLI11 takes for the sign of another base.
    const std::size_t sign = value.starts_with('-') ? 1 : 0;
    while (value.size() > sign + 1 && value[sign] == '0' && value[sign + 1] >= '0' && value[sign + 1] <= '9')
      value.erase(sign, 1);
    return "";
  };
  std::string range;  // as the help shows it
  if (least && most)
    range = std::string(CLI::detail::type_name<T>()) + " in [" + CLI::detail::to_string(*least) + " - " +
            CLI::detail::to_string(*most) + "]";
  return CLI::Validator(read, range);
}

}  // namespace reprtune::cli
