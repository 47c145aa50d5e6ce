#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace reprtune::ui {

/// A program that runs beside this one, without a shell, in a session of its own: it goes on when this
/// program or its terminal is gone. What it prints is kept in memory files, which it can write to even then.
/// It is waited for as soon as it ends. The members may be called from several threads.
class ChildProcess {
 public:
  /// Starts `executable` in `folder`; `arguments` begin with the program's name. Throws Error(runtime).
  ChildProcess(const std::filesystem::path& executable, const std::vector<std::string>& arguments,
               const std::filesystem::path& folder);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  /// Leaves it to itself when it still runs.
  ~ChildProcess();

  pid_t id() const;
  /// As a shell says it, 128 + N for signal N; absent while it runs.
  std::optional<int> exit_code() const;
  /// Until it has ended.
  int wait() const;
  /// Asks it to end (SIGTERM); nothing when it has ended.
  void ask_to_end() const;

  /// What it has written so far, the last part of much.
  std::string output() const;
  std::string messages() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace reprtune::ui
