#pragma once

#include <reprtune/data/csv_columns.h>
#include <reprtune/data/dataset.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace reprtune {

/// Something to look at before training.
struct DataWarning {
  std::string code;        ///< a fixed word for programs, such as "contradictions"
  std::string message;     ///< a sentence with the number it is about
  std::uint64_t line = 0;  ///< an example: a line of the training file (for validation_overlap of the
                           ///< validation file); 0: none
};

struct ClassCount {
  std::string label;
  std::size_t rows = 0;
};

/// A row as it is shown.
struct ShownRow {
  std::string text, label;  ///< cut short, on one line; several labels with commas between them
};

/// What `reprtune check` reports.
struct DataCheck {
  std::string name;
  std::size_t rows = 0;
  std::uint64_t bad_rows = 0;
  std::optional<CsvColumns> columns;      ///< see Dataset
  std::vector<ShownRow> first_rows;       ///< what the first rows are read as
  std::vector<ClassCount> classes;        ///< in label order
  std::optional<std::size_t> unlabelled;  ///< rows without a label, where rows may have any number of them
  std::size_t duplicates = 0;             ///< rows that repeat an earlier row's text and label
  std::size_t contradictions = 0;         ///< texts that occur under more than one label
  std::optional<std::size_t>
      validation_overlap;      ///< validation rows whose text is in train; absent without validation
  std::size_t tokens_p50 = 0;  ///< tokens of a text, nearest-rank percentiles
  std::size_t tokens_p95 = 0;
  std::size_t tokens_max = 0;
  std::size_t max_length = 0;  ///< tokens the model reads
  std::size_t truncated = 0;   ///< rows with more tokens than that
  std::vector<DataWarning> warnings;
};

/// What a tokenizer says of the rows of a data set.
struct RowTokens {
  std::vector<std::size_t> counts = {};         ///< tokens of each row, special ones included
  std::size_t mostly_unknown = 0;               ///< rows of which the model knows few tokens
  std::optional<std::size_t> unknown_row = {};  ///< the first of them
};

/// Checks a training set. `validation` may be null. `tokens` are those of `train`, or empty when no tokenizer
/// is at hand: lengths and truncation then stay 0. Throws Error(usage) when they are of another number of
/// rows.
DataCheck check_data(const Dataset& train, const Dataset* validation, const RowTokens& tokens,
                     std::size_t max_length);

}  // namespace reprtune
