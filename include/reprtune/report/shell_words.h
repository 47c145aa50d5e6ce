#pragma once

#include <string>
#include <vector>

namespace reprtune {

/// A text as one word of a POSIX shell, in quotes where it needs them.
std::string shell_word(const std::string& text);

/// The words as a line to type into a POSIX shell, which takes it apart into the same words.
std::string shell_line(const std::vector<std::string>& words);

}  // namespace reprtune
