#pragma once

#include <string_view>

namespace reprtune {

extern const std::string_view kPageStyle;        ///< page.css
extern const std::string_view kTableScript;      ///< html_table.js
extern const std::string_view kConfusionScript;  ///< confusion_matrix.js
extern const std::string_view kScatterScript;    ///< scatter_plot.js

}  // namespace reprtune
