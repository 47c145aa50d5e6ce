#pragma once

#include <csignal>

namespace reprtune::cli {

/// The signals by which a server is told what to do. Made before any other thread, for it keeps SIGINT,
/// SIGTERM and SIGHUP from all of them and takes them one at a time instead.
class ServerSignals {
 public:
  enum class Wish { stop, reload };

  ServerSignals();

  /// Waits for SIGHUP (reload) or for SIGINT or SIGTERM (stop). After the wish to stop, another SIGINT or
  /// SIGTERM ends the program at once.
  Wish wait();

 private:
  sigset_t signals_;
};

}  // namespace reprtune::cli
