#pragma once

#include <optional>
#include <string>
#include <vector>

namespace reprtune {

enum class InputFormat { csv, tsv, jsonl, txt };
enum class HeaderMode { automatic, yes, no };

/// One step of text cleaning, applied in the order given here whatever the order of the option.
enum class Cleaning { html, urls, symbols, whitespace };

/// Between the labels of a row in csv, where nothing else is known.
inline constexpr const char* kLabelSeparator = "|";

/// How rows are found in a file of text (and label) rows.
struct InputOptions {
  std::optional<InputFormat> format;          ///< absent: by the file's extension; standard input is txt
  HeaderMode header = HeaderMode::automatic;  ///< csv and tsv only
  std::optional<char> delimiter;              ///< absent: ',' for csv, tab for tsv
  std::string text_column;                    ///< header name or number from 1; empty: by header name, else 1
  std::string label_column;                   ///< header name or number from 1; empty: by header name, else 2
  std::string label_separator;  ///< csv and tsv: between the labels of a row; empty: one label a row
  bool skip_bad_rows = false;   ///< skip, count and list bad rows instead of stopping
  /// Absent: what the model was finetuned with, or nothing. Without a step texts are kept byte for byte.
  std::optional<std::vector<Cleaning>> cleaning;

  std::vector<Cleaning> cleaning_steps() const { return cleaning.value_or(std::vector<Cleaning>()); }
};

}  // namespace reprtune
