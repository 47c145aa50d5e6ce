#include <reprtune/data/display_text.h>
#include <reprtune/data/json_row.h>
#include <reprtune/data/line_stream.h>

#include "row_source.h"

#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

constexpr std::size_t kShownKey = 40;  // characters

class JsonlRowSource final : public RowSource {
 public:
  JsonlRowSource(std::unique_ptr<ByteSource> source, const InputOptions& options, LabelColumn label_column)
      : lines_(std::move(source)),
        text_key_(options.text_column.empty() ? "text" : options.text_column),
        label_key_(options.label_column.empty() ? "label" : options.label_column),
        label_column_(label_column) {
    has_first_ = read(first_);
    has_labels_ = label_column == LabelColumn::required || (has_first_ && first_.labelled);
  }

  bool next(SourceRow& row) override {
    if (!std::exchange(has_first_, false)) return read(row);
    std::swap(row, first_);
    return true;
  }

  bool ready_within(std::chrono::milliseconds patience) override {
    return has_first_ || lines_.ready_within(patience);
  }

  bool has_labels() const override { return has_labels_; }

  std::uint64_t bytes() const override { return lines_.bytes(); }

 private:
  bool read(SourceRow& row) {
    do {
      if (!lines_.next()) return false;
    } while (lines_.line().find_first_not_of(" \t") == std::string_view::npos && !lines_.too_long());
    JsonRow parsed;
    if (!lines_.too_long()) parsed = parse_json_row(lines_.line(), text_key_, label_key_);
    row.row.line = lines_.number();
    row.row.blank = false;
    row.problem = lines_.too_long() ? "the line is longer than 16 MiB" : std::move(parsed.problem);
    row.labelled = parsed.labels.has_value();
    if (row.problem.empty() && !parsed.text) {
      row.problem = missing_key(text_key_, "--text-column");
    } else if (row.problem.empty() && !parsed.labels && label_column_ == LabelColumn::required) {
      row.problem = missing_key(label_key_, "--label-column");
    }
    row.row.text = std::move(parsed.text).value_or("");
    row.row.labels = std::move(parsed.labels).value_or(std::vector<std::string>());
    row.row.listed = parsed.listed;
    return true;
  }

  /// What is wrong with the object at hand.
  std::string missing_key(const std::string& key, const char* option) const {
    std::string found;
    const auto object = nlohmann::json::parse(lines_.line());
    for (const auto& [name, value] : object.items())
      found += (found.empty() ? "\"" : ", \"") + display_text(name, kShownKey) + '"';
    return "expected the key \"" + key + "\", found " +
           (found.empty() ? "none" : found + " (" + option + " names another)");
  }

  LineStream lines_;
  std::string text_key_;
  std::string label_key_;
  LabelColumn label_column_;
  SourceRow first_;         // read to learn whether there are labels
  bool has_first_ = false;  // and not delivered yet
  bool has_labels_ = false;
};

}  // namespace

std::unique_ptr<RowSource> jsonl_row_source(std::unique_ptr<ByteSource> source, const InputOptions& options,
                                            LabelColumn label_column) {
  return std::make_unique<JsonlRowSource>(std::move(source), options, label_column);
}

}  // namespace reprtune
