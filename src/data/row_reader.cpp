#include <reprtune/data/cleaning.h>
#include <reprtune/data/display_text.h>
#include <reprtune/data/input_names.h>
#include <reprtune/data/row_reader.h>
#include <reprtune/data/utf8.h>
#include <reprtune/data/utf8_source.h>
#include <reprtune/io/error.h>

#include "row_source.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace reprtune {
namespace {

constexpr std::size_t kListedInError = 10;
constexpr std::size_t kListedWhenSkipped = 100;
constexpr std::uint64_t kRowsSearchedForMore = 100'000;
constexpr std::size_t kListedLabels = 10;
constexpr std::size_t kShownLabel = 40;  // characters

/// Throws Error(usage) for an option about columns, which plain text does not have.
void require_no_columns(const InputOptions& options, const std::string& name) {
  const std::pair<const char*, bool> about_columns[] = {{"--text-column", !options.text_column.empty()},
                                                        {"--label-column", !options.label_column.empty()},
                                                        {"--delimiter", options.delimiter.has_value()},
                                                        {"--header", options.header == HeaderMode::yes}};
  for (const auto& [option, given] : about_columns) {
    if (given)
      throw Error(ErrorKind::usage,
                  std::string(option) + ": " + name +
                      " is read as plain text, which has no columns (--input-format csv or tsv reads some)");
  }
}

std::unique_ptr<RowSource> open_rows(const std::filesystem::path& file, const InputOptions& options,
                                     LabelColumn label_column) {
  const InputFormat format = options.format ? *options.format : input_format_of(file);
  const std::string name = byte_source_name(file);
  std::unique_ptr<ByteSource> source = utf8_source(open_byte_source(file), name);
  switch (format) {
    case InputFormat::jsonl:
      return jsonl_row_source(std::move(source), options, label_column);
    case InputFormat::txt:
      require_no_columns(options, name);
      return txt_row_source(std::move(source), name, label_column);
    default:
      const char usual = format == InputFormat::tsv ? '\t' : ',';
      return csv_row_source(std::move(source), name, options.delimiter.value_or(usual), options,
                            label_column);
  }
}

/// What is wrong with a text or a label, or nothing.
std::string problem_of(const char* what, std::string_view text) {
  if (is_blank(text)) return std::string("empty ") + what;
  if (text.find('\0') != std::string_view::npos) return std::string("the ") + what + " contains a NUL byte";
  if (const auto at = find_invalid_utf8(text)) {
    return std::string("the ") + what + " is not valid UTF-8 at its byte " + std::to_string(*at + 1) +
           " (save the file as UTF-8)";
  }
  return {};
}

/// What is wrong with the labels of a row by themselves, or nothing.
std::string problem_of_labels(const Row& row) {
  if (!row.listed) return problem_of("label", row.labels.empty() ? std::string_view() : row.labels.front());
  std::set<std::string_view> seen;
  for (const std::string& label : row.labels) {
    if (is_blank(label)) return "empty label in the list of labels";
    if (std::string problem = problem_of("label", label); !problem.empty()) return problem;
    if (!seen.insert(label).second)
      return "the label '" + display_text(label, kShownLabel) + "' occurs twice in the list of labels";
  }
  return {};
}

std::string unknown_label(const std::string& label, const LabelSet& labels) {
  std::string list;
  for (std::size_t i = 0; i < labels.size() && i < kListedLabels; ++i)
    list += (i == 0 ? "" : ", ") + labels.name(i);
  if (labels.size() > kListedLabels) list += ", ...";
  return "label '" + label + "' is not among the model's " + std::to_string(labels.size()) + " labels (" +
         list + ")";
}

}  // namespace

class RowReader::State {
 public:
  State(const std::filesystem::path& file, const InputOptions& options, LabelColumn label_column)
      : name_(byte_source_name(file)),
        skip_(options.skip_bad_rows),
        cleaning_(options.cleaning_steps()),
        label_column_(label_column),
        source_(open_rows(file, options, label_column)),
        bytes_(expected_bytes(file)) {}

  void expect_labels(const LabelSet& labels, ProblemType problem) {
    labels_ = labels;
    problem_ = problem;
    as_where_ = " as the model has";
  }

  bool next(Row& row) {
    while (source_->next(slot_)) {
      const bool cleaned = judge();
      if (slot_.problem.empty()) {
        if (cleaned) cleaned_rows_.add(slot_.row.line);
        std::swap(row, slot_.row);
        return true;
      }
      if (!skip_) fail();
      ++bad_count_;
      if (bad_rows_.size() < kListedWhenSkipped) bad_rows_.push_back({slot_.row.line, slot_.problem});
    }
    return false;
  }

  bool ready_within(std::chrono::milliseconds patience) { return source_->ready_within(patience); }

  std::uint64_t bad_count() const { return bad_count_; }
  const std::vector<BadRow>& bad_rows() const { return bad_rows_; }
  bool cleans() const { return !cleaning_.empty(); }
  const RowLines& cleaned_rows() const { return cleaned_rows_; }
  bool has_labels() const { return source_->has_labels(); }
  const CsvColumns* columns() const { return source_->columns(); }
  Bytes bytes() const { return {bytes_ > 0 ? std::min(source_->bytes(), bytes_) : source_->bytes(), bytes_}; }

 private:
  /// Finds out what is wrong with the row in the slot, if anything, and cleans it; whether that changed its
  /// text.
  bool judge() {
    Row& row = slot_.row;
    row.original.clear();
    if (!slot_.problem.empty() || row.blank) return false;
    slot_.problem = problem_of("text", row.text);
    if (label_column_ == LabelColumn::required) {
      if (slot_.problem.empty()) slot_.problem = problem_of_labels(row);
      if (slot_.problem.empty()) slot_.problem = problem_with_expected(row);
    } else if (!problem_of_labels(row).empty()) {
      row.labels.clear();
    }
    if (!slot_.problem.empty() || cleaning_.empty()) return false;
    return clean_text();
  }

  /// Cleans the text of the row in the slot; whether that changed it.
  bool clean_text() {
    Row& row = slot_.row;
    std::string text = clean(row.text, cleaning_);
    if (text == row.text) return false;
    row.original = std::exchange(row.text, std::move(text));
    if (!is_blank(row.text)) return true;
    row.text.clear();
    row.blank = source_->keeps_blank_rows();
    if (!row.blank) slot_.problem = "empty text after cleaning";
    return true;
  }

  /// What is wrong with the labels of a row beside those that are known or were read before, or nothing.
  std::string problem_with_expected(const Row& row) {
    const ProblemType problem = row.listed ? ProblemType::multi_label : ProblemType::single_label;
    if (!problem_) {
      problem_ = problem;
      as_where_ = " as in line " + std::to_string(row.line);
    }
    if (*problem_ != problem) {
      return (row.listed ? "expected one label" : "expected a list of labels") + as_where_ +
             (row.listed ? ", found a list of labels" : ", found one label");
    }
    if (!labels_) return {};
    const auto unknown = std::find_if(row.labels.begin(), row.labels.end(),
                                      [&](const std::string& label) { return !labels_->find(label); });
    return unknown == row.labels.end() ? std::string() : unknown_label(*unknown, *labels_);
  }

  /// Reports the bad row in the slot together with those that follow it.
  [[noreturn]] void fail() {
    std::string message;
    std::size_t listed = 0;
    const auto list = [&] {
      message +=
          (listed == 0 ? "" : "\n") + name_ + ":" + std::to_string(slot_.row.line) + ": " + slot_.problem;
      ++listed;
    };
    list();
    for (std::uint64_t rows = 0; rows < kRowsSearchedForMore && next_after_failure(message); ++rows) {
      judge();
      if (slot_.problem.empty()) continue;
      if (listed == kListedInError) {
        message += "\n... and more";
        break;
      }
      list();
    }
    throw Error(ErrorKind::data, message);
  }

  /// A source that breaks off while more bad rows are looked for adds its own line to what is already known.
  bool next_after_failure(std::string& message) {
    try {
      return source_->next(slot_);
    } catch (const Error& error) {
      message += std::string("\n") + error.what();
      return false;
    }
  }

  std::string name_;
  bool skip_;
  std::vector<Cleaning> cleaning_;
  LabelColumn label_column_;
  std::optional<LabelSet> labels_;
  std::optional<ProblemType> problem_;
  std::string as_where_;  ///< what the problem type was learnt from, for messages
  std::unique_ptr<RowSource> source_;
  std::uint64_t bytes_;  ///< of the whole input, if known
  SourceRow slot_;
  std::uint64_t bad_count_ = 0;
  std::vector<BadRow> bad_rows_;
  RowLines cleaned_rows_;
};

RowReader::RowReader(const std::filesystem::path& file, const InputOptions& options, LabelColumn label_column)
    : state_(std::make_unique<State>(file, options, label_column)) {}
RowReader::RowReader(RowReader&&) noexcept = default;
RowReader& RowReader::operator=(RowReader&&) noexcept = default;
RowReader::~RowReader() = default;

void RowReader::expect_labels(const LabelSet& labels, ProblemType problem) {
  state_->expect_labels(labels, problem);
}
bool RowReader::next(Row& row) { return state_->next(row); }
bool RowReader::ready_within(std::chrono::milliseconds patience) { return state_->ready_within(patience); }
std::uint64_t RowReader::bad_row_count() const { return state_->bad_count(); }
const std::vector<BadRow>& RowReader::bad_rows() const { return state_->bad_rows(); }
bool RowReader::cleans() const { return state_->cleans(); }
const RowLines& RowReader::cleaned_rows() const { return state_->cleaned_rows(); }
RowReader::Bytes RowReader::bytes() const { return state_->bytes(); }
const CsvColumns* RowReader::columns() const { return state_->columns(); }

bool RowReader::has_labels() const { return state_->has_labels(); }

}  // namespace reprtune
