#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reprtune {

/// `text` as it is safe to show to a person, at most `max_characters` code points long ("…" is the last one
/// when something was cut): valid UTF-8 on one line. White space becomes a space; other control characters,
/// code points that change the direction of the text around them and malformed bytes become U+FFFD, so that
/// no text of a user can move the cursor, colour a terminal or reverse a table.
std::string display_text(std::string_view text, std::size_t max_characters);

/// Columns that `text` takes in a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks
/// (Unicode Standard Annex #11 and general categories Mn and Me, in coarse ranges), else 1.
std::size_t display_width(std::string_view text);

/// `text`, made safe to show, filled with spaces up to `width` columns; longer text is cut to fit with "…" at
/// its end.
std::string display_cell(std::string_view text, std::size_t width);

}  // namespace reprtune
