#pragma once

#include <reprtune/data/csv_columns.h>
#include <reprtune/data/input_options.h>
#include <reprtune/data/label_set.h>
#include <reprtune/data/problem_type.h>
#include <reprtune/data/row_labels.h>
#include <reprtune/data/row_reader.h>
#include <reprtune/io/work_progress.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace reprtune {

/// One labelled row in memory.
struct Example {
  std::string text;
  RowLabels labels;        ///< indices into the data set's LabelSet
  std::uint64_t line = 0;  ///< line of the file, from 1
};

/// A labelled file in memory, in file order.
struct Dataset {
  std::string name;  ///< the file it was read from, as the user wrote it, for messages
  std::vector<Example> examples;
  LabelSet labels;
  ProblemType problem = ProblemType::single_label;
  std::uint64_t bad_row_count = 0;  ///< only when bad rows are skipped
  std::vector<BadRow> bad_rows;
  RowLines cleaned_rows = {};
  std::optional<CsvColumns> columns;  ///< where the file has any

  std::vector<RowLabels> row_labels() const;      // [rows]
  std::vector<std::size_t> class_counts() const;  // [C]
  /// The same labels and problem type, and no rows.
  Dataset without_rows() const;
  /// Whether there is anything to tell apart: two rows with different labels.
  bool has_choice() const;
};

/// Reads a labelled file; labels are numbered by in_label_order. Throws Error(data), also when there is no
/// good row, or no label at all.
Dataset load_dataset(const std::filesystem::path& file, const InputOptions& options,
                     const ProgressListener& progress = {});

/// Reads a labelled file against known labels; a row with another label is a bad row ("label 'x' is not among
/// the model's 6 labels (...)"), and so is one that is of another problem type. Throws Error(data).
Dataset load_dataset(const std::filesystem::path& file, const InputOptions& options, const LabelSet& labels,
                     ProblemType problem = ProblemType::single_label, const ProgressListener& progress = {});

/// The same rows, their labels numbered as in `known` and those that it lacks after them.
Dataset with_known_labels(Dataset dataset, const LabelSet& known);

/// FNV-1a hash over every text and label name in order, as 16 hex digits: says whether two runs saw the same
/// rows.
std::string dataset_hash(const Dataset& dataset);

}  // namespace reprtune
