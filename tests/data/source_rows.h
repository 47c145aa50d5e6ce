#pragma once

#include "row_source.h"

#include <string>
#include <vector>

namespace reprtune {

/// All rows of a source, each as "line text [label|label]", or "line ! problem"; without brackets where there
/// is no label and with empty ones where the list is empty.
inline std::vector<std::string> source_rows(RowSource& source) {
  std::vector<std::string> rows;
  for (SourceRow row; source.next(row);) {
    std::string text = std::to_string(row.row.line);
    if (!row.problem.empty()) {
      rows.push_back(text + " ! " + row.problem);
      continue;
    }
    text += row.row.blank ? " <blank>" : " " + row.row.text;
    if (row.labelled) {
      std::string labels;
      for (const std::string& label : row.row.labels) labels += (labels.empty() ? "" : "|") + label;
      text += " [" + labels + "]";
    }
    rows.push_back(text);
  }
  return rows;
}

}  // namespace reprtune
