#pragma once

#include <string>

namespace reprtune::cli {

/// From now on SIGINT and SIGTERM only set a flag, so that work can stop at a good place, and end standard
/// input; a second one ends
/// the program at once. SIGPIPE is ignored: writing to a closed pipe reports an error instead.
void catch_interrupts();

/// The signal that arrived, 0 when none.
int interrupt_signal();

/// Ends the command with exit code 128 + signal; what is half-written is cleaned up on the way out.
struct Interrupted {
  int signal = 0;
  std::string outcome = {};  ///< what is left, and how to go on; may be empty
};

/// Throws Interrupted when a signal arrived.
void throw_if_interrupted();

}  // namespace reprtune::cli
