#pragma once

#include <reprtune/data/input_options.h>
#include <reprtune/data/label_set.h>
#include <reprtune/data/problem_type.h>
#include <reprtune/data/row_lines.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace reprtune {

struct CsvColumns;

/// One row as read: the text byte for byte (unless cleaning is asked for), the labels without surrounding
/// spaces.
struct Row {
  std::string text;
  std::string original;             ///< the text as it stood in the input, where cleaning changed it
  std::vector<std::string> labels;  ///< none when the input has no label column
  bool listed = false;              ///< whether the input gives a list of labels, of any length
  std::uint64_t line = 0;           ///< line of the file on which the row begins, from 1
  bool blank = false;               ///< a line of a .txt that is blank, or is so once cleaned: no text, but a
                                    ///< place in the output
};

/// A row that could not be used, and why ("expected 2 columns, found 3 (quote the text if it contains a
/// comma)").
struct BadRow {
  std::uint64_t line = 0;
  std::string reason;
};

enum class LabelColumn {
  required,  ///< finetune, check, evaluate: a row without a label is bad
  optional,  ///< classify, embed: the label column may be absent, and no label makes a row bad
};

/// Streams the rows of one CSV, TSV, JSONL or TXT file (plain or .gz), or of standard input ("-"), in
/// constant memory.
class RowReader {
 public:
  /// Opens the file and reads as far as the header. Throws Error(data) when it is missing, a folder, empty,
  /// of an unknown extension, UTF-16 or binary, or lacks a column asked for; all as one line that names the
  /// file.
  RowReader(const std::filesystem::path& file, const InputOptions& options, LabelColumn label_column);
  RowReader(RowReader&&) noexcept;
  RowReader& operator=(RowReader&&) noexcept;
  ~RowReader();

  /// From here on a row with a label that is none of `labels`, or with a list where one label is expected and
  /// the other way round, is a bad row.
  void expect_labels(const LabelSet& labels, ProblemType problem);

  /// Where labels are required, all rows give a list of them or all give one, as the first good row does.
  /// Reads the next good row into `row` (its buffers are reused); false at the end. At the first bad row
  /// throws Error(data) with up to ten `file:line: what` lines, unless bad rows are skipped.
  bool next(Row& row);

  /// Waits at most `patience` until next() need not wait; whether it came to that, as far as it can be known.
  /// CSV is read ahead in blocks and counts as ready.
  bool ready_within(std::chrono::milliseconds patience);

  /// Bad rows skipped so far: how many, and the first hundred of them.
  std::uint64_t bad_row_count() const;
  const std::vector<BadRow>& bad_rows() const;

  /// Whether texts are cleaned, and the good rows delivered whose text that changed.
  bool cleans() const;
  const RowLines& cleaned_rows() const;

  /// Of the rows so far, about, and of all of them; `all` is 0 where nobody knows (a pipe, a gzip file).
  struct Bytes {
    std::uint64_t read = 0, all = 0;
  };
  Bytes bytes() const;

  /// How the columns of CSV or TSV are read, from the first good row on; null where nothing has any.
  const CsvColumns* columns() const;

  /// Whether the input has a label column; for JSONL, whether its first row has a label.
  bool has_labels() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace reprtune
