#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// What one line of JSONL says, or what is wrong with it.
struct JsonRow {
  std::optional<std::string> text;
  /// A string as it is, an integer or a boolean as it is spelled; of a list its items, read in the same way.
  std::optional<std::vector<std::string>> labels;
  bool listed = false;  ///< whether there is a list of labels
  std::string problem;  ///< why the line cannot be used, with a column where that helps; or empty
};

/// Reads one JSON object such as {"text": "...", "label": "..."}; other keys are passed over.
JsonRow parse_json_row(std::string_view line, const std::string& text_key, const std::string& label_key);

}  // namespace reprtune
