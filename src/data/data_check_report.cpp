#include <reprtune/data/data_check_report.h>
#include <reprtune/data/display_text.h>
#include <reprtune/data/grouped_number.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestLabel = 32;  // columns
constexpr std::size_t kNumberColumns = 10;
constexpr std::size_t kShareColumns = 9;
constexpr std::size_t kNarrowest = 40;

/// ASCII text filled up to `columns`.
std::string left(const std::string& text, std::size_t columns) {
  return text + std::string(columns - std::min(columns, text.size()), ' ');
}

std::string right(const std::string& text, std::size_t columns) {
  return std::string(columns - std::min(columns, text.size()), ' ') + text;
}

/// A bar of `part / whole` of `columns`, in eighths of a column; anything above zero shows.
std::string bar(std::size_t part, std::size_t whole, std::size_t columns) {
  constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (part == 0 || whole == 0) return "";
  const auto eighths = std::max<std::size_t>(
      1, static_cast<std::size_t>(static_cast<double>(part) / static_cast<double>(whole) *
                                  static_cast<double>(columns * 8)));
  std::string blocks;
  for (std::size_t i = 0; i < eighths / 8; ++i) blocks += "█";
  return blocks + kEighths[eighths % 8];
}

/// A share as per cent with one decimal: "47.8%".
std::string per_cent(std::size_t part, std::size_t whole) {
  const std::size_t tenths = whole == 0 ? 0 : (part * 2000 + whole) / (2 * whole);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

std::string class_table(const DataCheck& check, std::size_t width) {
  std::vector<ClassCount> classes = check.classes;
  std::stable_sort(classes.begin(), classes.end(),
                   [](const auto& a, const auto& b) { return a.rows > b.rows; });
  std::size_t label_columns = 5;
  for (const ClassCount& entry : classes) {
    label_columns = std::max(label_columns, display_width(display_text(entry.label, kLongestLabel)));
  }
  label_columns = std::min(label_columns, kLongestLabel);
  const std::size_t taken = 2 + label_columns + kNumberColumns + kShareColumns + 2;
  const std::size_t bar_columns = width > taken + 8 ? width - taken : 8;
  const std::size_t largest = classes.empty() ? 0 : classes[0].rows;

  std::string table = "  " + left("class", label_columns) + right("rows", kNumberColumns) +
                      right("share", kShareColumns) + "\n";
  for (const ClassCount& entry : classes) {
    table += "  " + display_cell(entry.label, label_columns) +
             right(grouped_number(entry.rows), kNumberColumns) +
             right(per_cent(entry.rows, check.rows), kShareColumns) + "  " +
             bar(entry.rows, largest, bar_columns) + "\n";
  }
  return table;
}

std::string fact(const std::string& name, const std::string& what) {
  return "  " + left(name, 20) + what + "\n";
}

/// "column 3 'mail'".
std::string column_text(const CsvColumns& columns, std::size_t column) {
  constexpr std::size_t kLongestName = 40;
  return "column " + std::to_string(column + 1) +
         (columns.header ? " '" + display_text(columns.first[column], kLongestName) + "'" : "");
}

/// What is read as what.
std::string reading_text(const DataCheck& check) {
  std::string text;
  if (check.columns) {
    const CsvColumns& columns = *check.columns;
    text += fact("text", column_text(columns, columns.text));
    if (columns.label) text += fact("label", column_text(columns, *columns.label));
    const std::size_t others = columns.count - (columns.label ? 2 : 1);
    if (others > 0) text += fact("not used", std::to_string(others) + (others == 1 ? " column" : " columns"));
    text += fact("header", columns.header ? "yes" : "no: the first line is a row");
  }
  for (std::size_t i = 0; i < check.first_rows.size(); ++i)
    text += fact(i == 0 ? "first rows" : "", check.first_rows[i].label + ": " + check.first_rows[i].text);
  return text + "\n";
}

Json columns_json(const CsvColumns& columns) {
  const auto column = [&](std::size_t index) {
    return Json{{"number", index + 1}, {"name", columns.header ? Json(columns.first[index]) : Json(nullptr)}};
  };
  return {{"header", columns.header},
          {"count", columns.count},
          {"text", column(columns.text)},
          {"label", columns.label ? column(*columns.label) : Json(nullptr)}};
}

}  // namespace

nlohmann::ordered_json data_check_json(const DataCheck& check) {
  Json classes = Json::array();
  for (const ClassCount& entry : check.classes)
    classes.push_back({{"label", entry.label}, {"rows", entry.rows}});
  Json warnings = Json::array();
  for (const DataWarning& warning : check.warnings) {
    const Json line = warning.line > 0 ? Json(warning.line) : Json(nullptr);
    warnings.push_back({{"code", warning.code}, {"message", warning.message}, {"line", line}});
  }
  Json json;
  json["rows"] = check.rows;
  json["bad_rows"] = check.bad_rows;
  json["columns"] = check.columns ? columns_json(*check.columns) : Json(nullptr);
  Json first_rows = Json::array();
  for (const ShownRow& row : check.first_rows)
    first_rows.push_back({{"text", row.text}, {"label", row.label}});
  json["first_rows"] = std::move(first_rows);
  json["classes"] = std::move(classes);
  if (check.unlabelled) json["unlabelled"] = *check.unlabelled;
  json["duplicates"] = check.duplicates;
  json["contradictions"] = check.contradictions;
  json["validation_overlap"] = check.validation_overlap ? Json(*check.validation_overlap) : Json(nullptr);
  json["tokens"] = {{"p50", check.tokens_p50}, {"p95", check.tokens_p95}, {"max", check.tokens_max}};
  json["truncated"] = check.truncated;
  json["warnings"] = std::move(warnings);
  return json;
}

std::string data_check_text(const DataCheck& check, std::size_t width) {
  std::string text = check.name + ": " + grouped_number(check.rows) +
                     (check.rows == 1 ? " row, " : " rows, ") + std::to_string(check.classes.size()) +
                     (check.classes.size() == 1 ? " class" : " classes") +
                     (check.unlabelled ? ", any number of them per row" : "") + "\n\n";
  text += reading_text(check) + class_table(check, std::max(width, kNarrowest)) + "\n";
  if (check.tokens_max > 0) {
    text += fact("tokens", "median " + grouped_number(check.tokens_p50) + ", 95% up to " +
                               grouped_number(check.tokens_p95) + ", longest " +
                               grouped_number(check.tokens_max));
    text += fact("truncated", grouped_number(check.truncated) + " of more than " +
                                  grouped_number(check.max_length) + " tokens");
  }
  if (check.unlabelled) text += fact("without a label", grouped_number(*check.unlabelled));
  text += fact("duplicates", grouped_number(check.duplicates));
  text += fact("contradictions", grouped_number(check.contradictions));
  if (check.validation_overlap) text += fact("validation overlap", grouped_number(*check.validation_overlap));
  text += fact("bad rows", grouped_number(check.bad_rows));
  if (check.warnings.empty()) return text;
  text += "\n";
  for (const DataWarning& warning : check.warnings) {
    text += "  warning: " + warning.message +
            (warning.line > 0 ? " (line " + std::to_string(warning.line) + ")" : "") + "\n";
  }
  return text;
}

}  // namespace reprtune
