#include <reprtune/data/csv_columns.h>
#include <reprtune/data/csv_record_reader.h>
#include <reprtune/data/display_text.h>
#include <reprtune/data/input_names.h>
#include <reprtune/data/row_reader.h>
#include <reprtune/data/utf8_source.h>
#include <reprtune/io/error.h>
#include <reprtune/ui/table_preview.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace reprtune::ui {
namespace {

using Json = nlohmann::ordered_json;

/// The cells of the first records, safe to show.
class FirstRecords {
 public:
  FirstRecords(const std::filesystem::path& file, char delimiter, std::size_t count)
      : reader_(utf8_source(open_byte_source(file), file.filename().string()), delimiter) {
    while (records_.size() < count) {
      const CsvRecord* const record = reader_.next();
      if (record == nullptr) break;
      std::vector<std::string> cells;
      for (const CsvField& field : record->fields) cells.emplace_back(field.value);
      if (record->problem.empty()) records_.push_back(std::move(cells));
    }
  }
  const std::vector<std::vector<std::string>>& records() const { return records_; }

 private:
  CsvRecordReader reader_;
  std::vector<std::vector<std::string>> records_;
};

Json shown(const std::vector<std::string>& cells, std::size_t most_characters) {
  Json row = Json::array();
  for (const std::string& cell : cells) row.push_back(display_text(cell, most_characters));
  return row;
}

Json preview_of_columns(const std::filesystem::path& file, const InputOptions& options, InputFormat format,
                        std::size_t most_rows, std::size_t most_characters) {
  const char delimiter = options.delimiter.value_or(format == InputFormat::tsv ? '\t' : ',');
  const auto records = FirstRecords(file, delimiter, most_rows + 1).records();
  if (records.empty()) throw Error(ErrorKind::data, file.filename().string() + ": has no row");
  Json json = {{"header", false},  {"names", Json::array()}, {"rows", Json::array()}, {"text", nullptr},
               {"label", nullptr}, {"can_choose", true},     {"problem", ""}};
  try {
    const CsvColumns columns =
        choose_csv_columns(records.front(), options, LabelColumn::required, file.filename().string());
    json["header"] = columns.header;
    json["text"] = columns.text;
    if (columns.label) json["label"] = *columns.label;
  } catch (const Error& error) {
    json["problem"] = error.what();
    json["header"] = options.header == HeaderMode::yes;
  }
  const bool header = json["header"];
  if (header) json["names"] = shown(records.front(), most_characters);
  for (std::size_t i = header ? 1 : 0; i < std::min(records.size(), most_rows + (header ? 1 : 0)); ++i)
    json["rows"].push_back(shown(records[i], most_characters));
  return json;
}

Json preview_of_objects(const std::filesystem::path& file, const InputOptions& options, std::size_t most_rows,
                        std::size_t most_characters) {
  InputOptions patient = options;
  patient.skip_bad_rows = true;
  RowReader reader(file, patient, LabelColumn::optional);
  Json rows = Json::array();
  for (Row row; rows.size() < most_rows && reader.next(row);) {
    std::string labels;
    for (const std::string& label : row.labels) labels += (labels.empty() ? "" : ", ") + label;
    rows.push_back(shown({row.text, labels}, most_characters));
  }
  return {{"header", true}, {"names", {"text", "label"}}, {"rows", rows}, {"text", 0},
          {"label", 1},     {"can_choose", false},        {"problem", ""}};
}

}  // namespace

Json table_preview(const std::filesystem::path& file, const InputOptions& options, std::size_t most_rows,
                   std::size_t most_characters) {
  const InputFormat format = options.format.value_or(input_format_of(file));
  if (format == InputFormat::jsonl) return preview_of_objects(file, options, most_rows, most_characters);
  return preview_of_columns(file, options, format, most_rows, most_characters);
}

}  // namespace reprtune::ui
