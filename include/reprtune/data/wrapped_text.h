#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reprtune {

/// `text` with its lines broken between words so that none takes more than `width` columns of a terminal (see
/// display_width); a word longer than that stays whole. What is broken off is indented by two columns more
/// than its line, or, where a line is a name and a fact about it with two or more spaces between them, to
/// where the fact begins. Lines that fit stay as they are.
std::string wrapped_text(std::string_view text, std::size_t width);

}  // namespace reprtune
