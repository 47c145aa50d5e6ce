#include <reprtune/io/unix_time.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/ui/launches.h>

namespace reprtune::ui {
namespace {

bool runs(const std::shared_ptr<const ChildProcess>& process) { return process && !process->exit_code(); }

bool ended_badly(int code) {
  constexpr int kInterrupted = 130, kTerminated = 143;  // as they were asked to
  return code != 0 && code != kInterrupted && code != kTerminated;
}

}  // namespace

void Launches::start(const std::string& model, const std::vector<std::string>& arguments) {
  const std::lock_guard lock(mutex_);
  Launch& last = last_[model];
  if (runs(last.process))
    throw serve::ApiError(serve::ErrorCause::malformed, model + ": is being trained already");
  const double now = unix_time();
  last = {program_.start(arguments), now};
}

Launches::Launch Launches::find(const std::string& model) const {
  const std::lock_guard lock(mutex_);
  const auto found = last_.find(model);
  return found == last_.end() ? Launch{} : found->second;
}

std::vector<std::string> Launches::running() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [model, launch] : last_)
    if (runs(launch.process)) names.push_back(model);
  return names;
}

bool Launches::is_running(const std::string& model) const { return runs(find(model).process); }

bool Launches::runs_since(const std::string& model, double time) const {
  const Launch launch = find(model);
  return runs(launch.process) && launch.time >= time;
}

void Launches::stop(const std::string& model) const {
  if (const auto process = find(model).process) process->ask_to_end();
}

std::optional<std::string> Launches::failure(const std::string& model) const {
  const auto process = find(model).process;
  const std::optional<int> code = process ? process->exit_code() : std::nullopt;
  if (!code || !ended_badly(*code)) return std::nullopt;
  return Program::error_in(process->messages());
}

std::string Launches::messages(const std::string& model) const {
  const auto process = find(model).process;
  return process ? process->messages() : "";
}

}  // namespace reprtune::ui
