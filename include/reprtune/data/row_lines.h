#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace reprtune {

/// Rows that something was done to: how many, and the lines of the file on which the first ten begin.
struct RowLines {
  std::uint64_t count = 0;
  std::vector<std::uint64_t> first;

  void add(std::uint64_t line);
};

/// "line 3", "lines 3, 17 and 40", "lines 3, 17 (ten of them) and 1,234 more"; empty where there are none.
std::string lines_text(const RowLines& rows);

}  // namespace reprtune
