#pragma once

#include <reprtune/data/row_reader.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune::cli {

/// Writes a result to standard output.
void print_result(std::string_view text);

/// "1 row", "1,234 rows".
std::string count_text(std::uint64_t count, std::string_view noun);

/// "0.9134" for people.
std::string score_text(double score);

/// Says how many rows were skipped or cleaned while reading, with up to ten lines of what was wrong.
void log_reading(const std::string& name, std::uint64_t bad_rows, const std::vector<BadRow>& examples,
                 const RowLines& cleaned_rows);

}  // namespace reprtune::cli
