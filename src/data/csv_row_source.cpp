#include <reprtune/data/csv_columns.h>
#include <reprtune/data/csv_record_reader.h>
#include <reprtune/io/error.h>

#include "row_source.h"

#include <string_view>
#include <utility>

namespace reprtune {
namespace {

std::string delimiter_name(char delimiter) {
  switch (delimiter) {
    case ',':
      return "a comma";
    case '\t':
      return "a tab";
    case ';':
      return "a semicolon";
    default:
      return std::string("'") + delimiter + "'";
  }
}

std::string_view without_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// The pieces of a cell between separators, without surrounding spaces; none of an empty cell.
std::vector<std::string> split_labels(std::string_view cell, std::string_view separator) {
  std::vector<std::string> labels;
  if (without_spaces(cell).empty()) return labels;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = cell.find(separator);
    labels.emplace_back(without_spaces(cell.substr(0, end)));
    if (end != std::string_view::npos) cell.remove_prefix(end + separator.size());
  }
  return labels;
}

class CsvRowSource final : public RowSource {
 public:
  CsvRowSource(std::unique_ptr<ByteSource> source, std::string name, char delimiter, InputOptions options,
               LabelColumn label_column)
      : records_(std::move(source), delimiter),
        name_(std::move(name)),
        delimiter_(delimiter),
        options_(std::move(options)),
        label_column_(label_column) {
    record_ = records_.next();
    if (record_ != nullptr && !record_->problem.empty()) expect_no_header();
    if (record_ != nullptr && record_->problem.empty()) choose_columns();
    if (decided_ && columns_.header) record_ = records_.next();
  }

  bool next(SourceRow& row) override {
    if (!read_ahead_) record_ = records_.next();
    read_ahead_ = false;
    if (record_ == nullptr) return false;
    row.row.line = record_->line;
    row.row.blank = false;
    row.problem = record_->problem;
    if (!row.problem.empty()) return true;
    if (!decided_) choose_columns();
    if (record_->fields.size() != columns_.count) {
      row.problem = wrong_count(record_->fields.size());
      return true;
    }
    row.row.text = record_->fields[columns_.text].value;
    row.labelled = columns_.label.has_value();
    read_labels(row.row);
    return true;
  }

  bool ready_within(std::chrono::milliseconds) override { return true; }

  bool has_labels() const override {
    return label_column_ == LabelColumn::required || columns_.label.has_value();
  }

  const CsvColumns* columns() const override { return decided_ ? &columns_ : nullptr; }

  std::uint64_t bytes() const override { return records_.bytes(); }

 private:
  /// The first record is broken: a bad row like any other, unless a header has to be there.
  void expect_no_header() {
    const bool needed =
        options_.header == HeaderMode::yes || !options_.text_column.empty() || !options_.label_column.empty();
    if (options_.header != HeaderMode::no && needed) {
      throw Error(ErrorKind::data,
                  name_ + ":" + std::to_string(record_->line) + ": broken header: " + record_->problem);
    }
    options_.header = HeaderMode::no;
  }

  /// From the first record that is whole.
  void choose_columns() {
    std::vector<std::string> cells;
    for (const CsvField& field : record_->fields) cells.emplace_back(field.value);
    columns_ = choose_csv_columns(cells, options_, label_column_, name_);
    decided_ = true;
  }

  void read_labels(Row& row) const {
    row.listed = !options_.label_separator.empty();
    if (!columns_.label) {
      row.labels.clear();
    } else if (row.listed) {
      row.labels = split_labels(record_->fields[*columns_.label].value, options_.label_separator);
    } else {
      row.labels.resize(1);
      row.labels[0] = record_->fields[*columns_.label].label();
    }
  }

  std::string wrong_count(std::size_t found) const {
    std::string reason = "expected " + std::to_string(columns_.count) +
                         (columns_.count == 1 ? " column" : " columns") + ", found " + std::to_string(found);
    if (found > columns_.count)
      reason += " (quote the text if it contains " + delimiter_name(delimiter_) + ")";
    return reason;
  }

  CsvRecordReader records_;
  std::string name_;
  char delimiter_;
  InputOptions options_;
  LabelColumn label_column_;
  CsvColumns columns_;
  bool decided_ = false;
  const CsvRecord* record_ = nullptr;
  bool read_ahead_ = true;  // record_ is the first row and has not been delivered
};

}  // namespace

std::unique_ptr<RowSource> csv_row_source(std::unique_ptr<ByteSource> source, const std::string& name,
                                          char delimiter, const InputOptions& options,
                                          LabelColumn label_column) {
  return std::make_unique<CsvRowSource>(std::move(source), name, delimiter, options, label_column);
}

}  // namespace reprtune
