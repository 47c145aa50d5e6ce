#include "interrupt.h"

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace reprtune::cli {
namespace {

volatile std::sig_atomic_t arrived = 0;

extern "C" void remember_signal(int signal) {
  arrived = signal;
  // A command that waits for standard input goes on at once, as if it had ended, and then sees the signal.
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
}

}  // namespace

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = remember_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second signal takes the default action: the end
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGHUP, &action, nullptr);  // the terminal or the connection is gone
  std::signal(SIGPIPE, SIG_IGN);
}

int interrupt_signal() { return arrived; }

void throw_if_interrupted() {
  if (arrived != 0) throw Interrupted{arrived};
}

}  // namespace reprtune::cli
