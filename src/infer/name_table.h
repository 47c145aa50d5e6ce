#pragma once

#include <reprtune/io/error.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reprtune {

/// One value of an enum and its spelling.
template <typename Value>
using Named = std::pair<Value, std::string_view>;

/// The spelling of `value`, which the table must contain.
template <typename Value, std::size_t Count>
std::string_view name_in(const Named<Value> (&table)[Count], Value value) {
  return std::find_if(std::begin(table), std::end(table),
                      [&](const Named<Value>& entry) { return entry.first == value; })
      ->second;
}

/// All spellings, in the order of the table.
template <typename Value, std::size_t Count>
std::vector<std::string> names_in(const Named<Value> (&table)[Count]) {
  std::vector<std::string> names;
  for (const Named<Value>& entry : table) names.emplace_back(entry.second);
  return names;
}

/// The value spelled `name`. Throws Error(usage) that begins with `what` and lists the spellings there are.
template <typename Value, std::size_t Count>
Value parse_name(const Named<Value> (&table)[Count], const char* what, std::string_view name) {
  std::string known;
  for (const auto& [value, spelling] : table) {
    if (spelling == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(spelling);
  }
  throw Error(ErrorKind::usage,
              std::string(what) + ": expected one of " + known + ", found '" + std::string(name) + "'");
}

}  // namespace reprtune
