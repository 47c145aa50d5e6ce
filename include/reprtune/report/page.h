#pragma once

#include <string>
#include <string_view>

namespace reprtune {

/// A complete HTML document around `body`: style and script inline, nothing loaded from anywhere, light and
/// dark. `title`: plain text. With `refresh` the page loads itself again every minute, for a run that is
/// still going.
std::string html_page(std::string_view title, const std::string& body, bool refresh);

/// The style of such a page, for others that are to look like it: colours, light and dark, as variables.
std::string_view page_style();

}  // namespace reprtune
