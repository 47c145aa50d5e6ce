#pragma once

#include <reprtune/ui/program.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace reprtune::ui {

/// The runs that this process has started, by model: what their folders cannot tell, since they had none yet
/// or were refused by it. Nothing of it is missed when the process ends. Several threads may use it.
class Launches {
 public:
  explicit Launches(const Program& program) : program_(program) {}

  /// Throws ApiError(malformed) while the last one of that model runs, Error(runtime) when it cannot be
  /// started.
  void start(const std::string& model, const std::vector<std::string>& arguments);
  /// Names of those that run.
  std::vector<std::string> running() const;
  bool is_running(const std::string& model) const;
  /// Whether one runs that was started at `time` (seconds since 1970) or later.
  bool runs_since(const std::string& model, double time) const;
  /// Asks it to end, if it runs.
  void stop(const std::string& model) const;

  /// Why the last one of that model ended badly, when it did.
  std::optional<std::string> failure(const std::string& model) const;
  /// What the last one has said; empty when there was none.
  std::string messages(const std::string& model) const;

 private:
  struct Launch {
    std::shared_ptr<const ChildProcess> process;
    double time = 0;  // seconds since 1970
  };
  Launch find(const std::string& model) const;

  const Program& program_;
  mutable std::mutex mutex_;
  std::map<std::string, Launch> last_;
};

}  // namespace reprtune::ui
