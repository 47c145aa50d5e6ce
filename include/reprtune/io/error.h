#pragma once

#include <stdexcept>
#include <string>

namespace reprtune {

/// What kind of trouble an Error reports; the command line maps each to its exit code.
enum class ErrorKind {
  runtime,  ///< the machine would not do it: disk full, unwritable path, out of memory (exit 1)
  usage,    ///< an option or argument makes no sense (exit 2)
  data,     ///< the rows given are bad (exit 3)
  model,    ///< a model folder is missing, corrupt or of the wrong sort (exit 4)
};

/// The one exception for what a user can cause. what() is a message for that user: where, what was expected,
/// what was found, how to go on, without a trailing newline. Usually one line; a list of bad rows has one
/// line each.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace reprtune
