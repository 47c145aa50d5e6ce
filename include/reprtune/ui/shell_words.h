#pragma once

#include <string>
#include <vector>

namespace reprtune::ui {

/// The words as a line to type into a POSIX shell, which takes it apart into the same words.
std::string shell_line(const std::vector<std::string>& words);

}  // namespace reprtune::ui
