#pragma once

#include <charconv>
#include <string>
#include <system_error>
#include <type_traits>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// Refuses what is not a number of type T from its first character to its last; CLI11 itself reads -1 into an
/// unsigned number and 1e999 as infinity.
template <typename T>
CLI::Validator is_number() {
  const auto check = [](const std::string& value) -> std::string {
    T number{};
    const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (code == std::errc() && end == value.data() + value.size()) return "";
    return std::string("expected a ") + (std::is_integral_v<T> ? "whole " : "") +
           (std::is_unsigned_v<T> ? "number from 0" : "number") + ", found '" + value + "'";
  };
  return CLI::Validator(check, "");
}

}  // namespace reprtune::cli
