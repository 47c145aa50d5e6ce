#include <reprtune/data/csv_columns.h>
#include <reprtune/data/json_row.h>
#include <reprtune/data/line_format.h>
#include <reprtune/io/ascii_case.h>

#include <optional>

namespace reprtune {
namespace {

/// Of a header that names a text column.
std::optional<char> delimiter_of(std::string_view line) {
  const std::string name = ascii_lower_case(line);
  if (name == "text" || name == "\"text\"") return ',';
  return header_delimiter(line);
}

}  // namespace

std::string input_options_for(std::string_view line) {
  if (const auto delimiter = delimiter_of(line)) {
    if (*delimiter == '\t') return "--input-format tsv";
    const std::string csv = "--input-format csv";
    return *delimiter == ',' ? csv : csv + " --delimiter '" + *delimiter + "'";
  }
  if (line.starts_with("[{")) return "a JSON list (jq -c '.[]' makes rows of it for --input-format jsonl)";
  return parse_json_row(line, "text", "label").problem.empty() ? "--input-format jsonl" : "";
}

}  // namespace reprtune
