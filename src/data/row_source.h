#pragma once

#include <reprtune/data/row_reader.h>
#include <reprtune/io/byte_source.h>

#include <chrono>
#include <memory>
#include <string>

namespace reprtune {

/// A row before it is judged, or why it is none.
struct SourceRow {
  Row row;               ///< the line is right in any case
  bool labelled = true;  ///< false when the input has no label for it
  std::string problem;   ///< why there is no row, or empty
};

/// One format's way from bytes to rows. The bytes of texts and labels may still be empty or not UTF-8.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// Overwrites all of `row`, whose buffers are reused; false at the end.
  virtual bool next(SourceRow& row) = 0;
  /// Waits at most `patience` until next() need not wait; whether it came to that, as far as it can be known.
  virtual bool ready_within(std::chrono::milliseconds patience) = 0;
  virtual bool has_labels() const = 0;
  /// See RowReader.
  virtual const CsvColumns* columns() const { return nullptr; }
  /// Whether a row without a text is blank, not bad.
  virtual bool keeps_blank_rows() const { return false; }
  /// Of the rows so far, about.
  virtual std::uint64_t bytes() const = 0;
};

// The formats. `name` begins the messages of what they throw: Error(data) when a column or the labels asked
// for are not there.
std::unique_ptr<RowSource> csv_row_source(std::unique_ptr<ByteSource> source, const std::string& name,
                                          char delimiter, const InputOptions& options,
                                          LabelColumn label_column);
std::unique_ptr<RowSource> jsonl_row_source(std::unique_ptr<ByteSource> source, const InputOptions& options,
                                            LabelColumn label_column);
std::unique_ptr<RowSource> txt_row_source(std::unique_ptr<ByteSource> source, const std::string& name,
                                          LabelColumn label_column);

}  // namespace reprtune
