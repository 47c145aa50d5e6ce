#pragma once

#include "option_list.h"

#include <string>

namespace reprtune::cli {

/// Scripts that complete commands, options, values of a few choices, and else file names.
std::string bash_completion(const CommandEntry& program);
std::string zsh_completion(const CommandEntry& program);
std::string fish_completion(const CommandEntry& program);

}  // namespace reprtune::cli
