#include <reprtune/data/input_names.h>
#include <reprtune/io/ascii_case.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace reprtune {
namespace {

template <typename Value>
using Named = std::pair<Value, std::string_view>;

constexpr Named<InputFormat> kFormats[] = {{InputFormat::csv, "csv"},
                                           {InputFormat::tsv, "tsv"},
                                           {InputFormat::jsonl, "jsonl"},
                                           {InputFormat::txt, "txt"}};
constexpr Named<HeaderMode> kHeaderModes[] = {
    {HeaderMode::automatic, "auto"}, {HeaderMode::yes, "yes"}, {HeaderMode::no, "no"}};
constexpr Named<Cleaning> kCleanings[] = {{Cleaning::html, "html"},
                                          {Cleaning::urls, "urls"},
                                          {Cleaning::symbols, "symbols"},
                                          {Cleaning::whitespace, "whitespace"}};
constexpr std::string_view kNoCleaning = "none";
constexpr const char* kJsonAdvice =
    " (--input-format jsonl reads one object per line, which jq -c '.[]' IN.json > OUT.jsonl makes of a "
    "list)";

template <typename Value, std::size_t Count>
std::string_view name_of(const Named<Value> (&table)[Count], Value value) {
  return std::find_if(std::begin(table), std::end(table),
                      [&](const auto& entry) { return entry.first == value; })
      ->second;
}

template <typename Value, std::size_t Count>
Value parse(const Named<Value> (&table)[Count], const char* what, std::string_view name) {
  std::string known;
  for (const auto& [value, spelling] : table) {
    if (spelling == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(spelling);
  }
  throw Error(ErrorKind::usage,
              std::string(what) + ": expected one of " + known + ", found '" + std::string(name) + "'");
}

}  // namespace

std::string_view input_format_name(InputFormat format) { return name_of(kFormats, format); }
InputFormat parse_input_format(std::string_view name) { return parse(kFormats, "input format", name); }

std::string_view header_mode_name(HeaderMode mode) { return name_of(kHeaderModes, mode); }
HeaderMode parse_header_mode(std::string_view name) { return parse(kHeaderModes, "header", name); }

std::string_view cleaning_name(Cleaning step) { return name_of(kCleanings, step); }

std::string cleaning_list(const std::vector<Cleaning>& steps) {
  std::string names;
  for (const Cleaning step : steps) names.append(names.empty() ? "" : ",").append(cleaning_name(step));
  return names.empty() ? std::string(kNoCleaning) : names;
}

std::vector<Cleaning> parse_cleaning_list(std::string_view names) {
  std::vector<Cleaning> steps;
  if (names == kNoCleaning) return steps;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    steps.push_back(parse(kCleanings, "cleaning", names.substr(0, end)));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return steps;
}

InputFormat input_format_of(const std::filesystem::path& file) {
  if (file == "-") return InputFormat::txt;
  std::filesystem::path name = ascii_lower_case(file.filename().string());
  if (name.extension() == ".gz") name = name.stem();
  const std::string extension = name.extension().string();  // with its dot, or empty
  for (const auto& [format, spelling] : kFormats) {
    if (!extension.empty() && std::string_view(extension).substr(1) == spelling) return format;
  }
  throw Error(ErrorKind::data,
              file.string() + ": expected an extension .csv, .tsv, .jsonl or .txt, found " +
                  (extension.empty() ? "none" : "'" + extension + "'") +
                  (extension == ".json" ? kJsonAdvice : " (name the format with --input-format)"));
}

}  // namespace reprtune
