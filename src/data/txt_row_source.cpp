#include <reprtune/data/line_stream.h>
#include <reprtune/io/error.h>

#include "row_source.h"

#include <string_view>
#include <utility>

namespace reprtune {
namespace {

class TxtRowSource final : public RowSource {
 public:
  explicit TxtRowSource(std::unique_ptr<ByteSource> source) : lines_(std::move(source)) {}

  bool next(SourceRow& row) override {
    if (!lines_.next()) return false;
    row.row.line = lines_.number();
    row.row.blank = lines_.line().find_first_not_of(" \t") == std::string_view::npos && !lines_.too_long();
    row.row.text = row.row.blank ? std::string_view() : lines_.line();
    row.row.labels.clear();
    row.labelled = false;
    row.problem = lines_.too_long() ? "the line is longer than 16 MiB" : "";
    return true;
  }

  bool ready_within(std::chrono::milliseconds patience) override { return lines_.ready_within(patience); }

  bool has_labels() const override { return false; }
  bool keeps_blank_rows() const override { return true; }

  std::uint64_t bytes() const override { return lines_.bytes(); }

 private:
  LineStream lines_;
};

}  // namespace

std::unique_ptr<RowSource> txt_row_source(std::unique_ptr<ByteSource> source, const std::string& name,
                                          LabelColumn label_column) {
  if (label_column == LabelColumn::required) {
    throw Error(ErrorKind::data,
                name +
                    ": expected rows with labels (csv, tsv or jsonl), found plain text without any "
                    "(name another format with --input-format)");
  }
  return std::make_unique<TxtRowSource>(std::move(source));
}

}  // namespace reprtune
