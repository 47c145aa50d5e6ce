#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reprtune::cli {

/// "; did you mean 'finetune'?" for the name nearest to a misspelt word, or "" when none is near: at most a
/// third of its letters wrong (Damerau's distance: insertions, deletions, replacements, neighbours swapped).
std::string suggestion(std::string_view word, const std::vector<std::string>& names);

}  // namespace reprtune::cli
