#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace reprtune {

struct HtmlEntity {
  char32_t code_point = 0;
  std::size_t length = 0;  ///< bytes, '&' and ';' included
};

/// The character reference that `html` begins with ("&amp;", "&#39;", "&#x27;"), absent when there is none:
/// the names of HTML 4 for punctuation, Latin letters and signs; numbers as browsers read them (128 to 159 as
/// Windows-1252). The ';' is required.
std::optional<HtmlEntity> parse_html_entity(std::string_view html);

}  // namespace reprtune
