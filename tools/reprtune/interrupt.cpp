#include "interrupt.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace reprtune::cli {
namespace {

volatile std::sig_atomic_t arrived = 0;
/// An empty file, to be put in the place of standard input; below 0 where the program was started without
/// one, so that another file may have its number.
volatile std::sig_atomic_t empty_input = -1;

extern "C" void remember_signal(int signal) {
  arrived = signal;
  const int error = errno;  // the program's, which this comes in between
  // A command that waits for standard input goes on at once, as if it had ended, and then sees the signal.
  if (empty_input >= 0) ::dup2(empty_input, STDIN_FILENO);
  errno = error;
}

/// Unless whoever started the program wants it to go on: nohup, and shells that put it into the background.
void catch_unless_ignored(int signal, const struct sigaction& action) {
  struct sigaction before = {};
  sigaction(signal, nullptr, &before);
  if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_interrupts() {
  if (::fcntl(STDIN_FILENO, F_GETFD) >= 0) empty_input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  struct sigaction action = {};
  action.sa_handler = remember_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second signal takes the default action: the end
  sigemptyset(&action.sa_mask);
  catch_unless_ignored(SIGINT, action);
  sigaction(SIGTERM, &action, nullptr);
  catch_unless_ignored(SIGHUP, action);  // the terminal or the connection is gone
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error like a full disk
}

int interrupt_signal() { return arrived; }

void throw_if_interrupted() {
  if (arrived != 0) throw Interrupted{arrived};
}

}  // namespace reprtune::cli
