#pragma once

#include <string>
#include <string_view>

namespace reprtune {

/// Delimiters that tables are usually written with.
inline constexpr std::string_view kUsualDelimiters = "\t;|,";

/// The end of a message about text that would make sense with another delimiter: " (is the delimiter ';'?)",
/// for the first of the usual ones in it. Empty where there is none.
std::string delimiter_hint(std::string_view text);

}  // namespace reprtune
