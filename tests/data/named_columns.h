#pragma once

#include <reprtune/data/input_options.h>

#include <string>

namespace reprtune {

/// Options that name the columns.
inline InputOptions named_columns(const std::string& text, const std::string& label,
                                  HeaderMode header = HeaderMode::automatic) {
  InputOptions options;
  options.text_column = text;
  options.label_column = label;
  options.header = header;
  return options;
}

}  // namespace reprtune
