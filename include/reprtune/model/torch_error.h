#pragma once

#include <exception>
#include <optional>
#include <string>

namespace reprtune {

/// What a libtorch exception says, without the backtrace its what() carries; absent for any other exception.
std::optional<std::string> torch_error_message(const std::exception& error);

}  // namespace reprtune
