#pragma once

#include <reprtune/data/input_options.h>
#include <reprtune/data/row_reader.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// Which columns of a CSV file hold what, counted from 0.
struct CsvColumns {
  bool header = false;  ///< whether the first record is a header
  std::size_t text = 0;
  std::optional<std::size_t> label = {};  ///< absent only when it is optional
  std::size_t count = 0;                  ///< columns of every record
  std::vector<std::string> first = {};    ///< the cells of the first record, header or not
  /// Whether it is read as a row but may be a header of names that nobody knows: nothing was said, and each
  /// of its cells, two or more, is a name.
  bool looks_like_header = false;
};

/// Decides from the cells of the first record whether it is a header, and which columns to read.
///
/// With HeaderMode::automatic it is a header when an option names a column, when a cell is "text" or "label",
/// or when the cells include a usual name for the text (sentence, message, review, ...) and, where labels are
/// required and there is more than one column, another cell a usual name for the label (category, class,
/// intent, ...). Case and surrounding spaces do not matter. Throws Error(data), its message beginning with
/// `name`, when a column asked for is not there, a text column seems to be of another delimiter, two have the
/// name that one is found by, no label column is found, or several columns may be the text or the label and
/// names, known or not, do not tell; Error(usage) when the options contradict each other.
CsvColumns choose_csv_columns(const std::vector<std::string>& cells, const InputOptions& options,
                              LabelColumn label_column, const std::string& name);

/// The delimiter by which a line is a header of texts and labels, as ',' in "id,text,label": each of its
/// cells is a word, and among them is "text" or "label", or a usual name of each. Absent where there is none.
std::optional<char> header_delimiter(std::string_view line);

}  // namespace reprtune
