#include "server_signals.h"

#include <initializer_list>

#include <signal.h>

namespace reprtune::cli {

ServerSignals::ServerSignals() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

ServerSignals::Wish ServerSignals::wait() {
  int signal = 0;
  sigwait(&signals_, &signal);
  if (signal == SIGHUP) return Wish::reload;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
  return Wish::stop;
}

}  // namespace reprtune::cli
