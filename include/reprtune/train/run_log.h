#pragma once

#include <cstdio>
#include <filesystem>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The numbers of a run, in two files of its run folder that say the same: metrics.jsonl, a JSON object per
/// line, and an event file that TensorBoard reads. The second is a function of the first, so that a run that
/// goes on from a checkpoint has each step once in both.
class RunLog {
 public:
  explicit RunLog(std::filesystem::path run_folder);
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;
  ~RunLog();

  /// Starts both files, with these lines of an earlier process; what was there goes. Throws Error(runtime).
  void begin(const std::string& lines = "");
  bool has_begun() const { return metrics_ != nullptr; }
  /// Begins, where that has not been done. Throws Error(runtime) when a file cannot be written.
  void append(const nlohmann::ordered_json& line);

  /// What metrics.jsonl holds.
  const std::string& lines() const { return lines_; }

 private:
  std::filesystem::path run_;
  std::FILE* metrics_ = nullptr;
  std::FILE* events_ = nullptr;
  std::string lines_;
};

/// The events of a line of metrics.jsonl: of a step its losses, learning rate and speed as train/..., of a
/// validation its scores as validation/...; empty when the line has no step.
std::string tensorboard_events(const nlohmann::ordered_json& line);

}  // namespace reprtune
