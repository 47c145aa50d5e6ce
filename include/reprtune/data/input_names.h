#pragma once

#include <reprtune/data/input_options.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

// The spellings of the input options' values, for help, JSON and the command line. Each parse_... throws
// Error(usage) that lists the spellings there are.

std::string_view input_format_name(InputFormat format);
InputFormat parse_input_format(std::string_view name);

std::string_view header_mode_name(HeaderMode mode);
HeaderMode parse_header_mode(std::string_view name);

std::string_view cleaning_name(Cleaning step);
/// Names between commas ("html,urls"), or "none".
std::string cleaning_list(const std::vector<Cleaning>& steps);
/// The other way round; the empty string is no step, too.
std::vector<Cleaning> parse_cleaning_list(std::string_view names);

/// By the extension (.csv, .tsv, .jsonl, .txt, in any case, .gz behind it or not); standard input ("-") is
/// txt. Throws Error(data) for any other extension.
InputFormat input_format_of(const std::filesystem::path& file);

}  // namespace reprtune
