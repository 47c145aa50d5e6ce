#pragma once

#include "option_list.h"

#include <string>

namespace reprtune::cli {

/// "reprtune-finetune", also the name of its page; pages are of commands, not of what is below them.
std::string manual_name(const CommandEntry& command);

/// The manual page of the program (its commands) or of a command (its options), in the man macros of roff.
std::string manual_page(const CommandEntry& command, const std::string& version);

}  // namespace reprtune::cli
