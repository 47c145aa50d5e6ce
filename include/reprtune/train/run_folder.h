#pragma once

#include <reprtune/train/finetune.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The files by which others can follow a run, in MODEL/run: state.json (what it is doing, replaced whole),
/// metrics.jsonl (a line per reported step and per validation, appended), and the record that the report is
/// made from.
class RunFolder {
 public:
  /// Creates `folder`/run; `folder` is locked against other runs for the life of this object. Throws
  /// Error(runtime) when it cannot be written or another process is at work in it.
  explicit RunFolder(const std::filesystem::path& folder);
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;
  ~RunFolder();

  /// What the report is made from (see render_report); callers add what only they know: data, options, names.
  nlohmann::ordered_json& record() { return *record_; }
  /// Called after each change that is worth a new report.
  std::function<void()> on_change;

  void set_state(RunState state, const std::string& reason = "");
  void add(const Baselines& baselines);
  void add(const StepReport& report);
  void add(const ValidationReport& report);
  /// Metrics, temperature, and the scatter of the validation vectors before and after.
  void add(const FinetuneResult& result, const Dataset& validation, double temperature);

  double seconds() const;  ///< since the start

 private:
  void write_state();
  void append(const nlohmann::ordered_json& line);
  void changed();

  std::filesystem::path run_;
  int lock_ = -1;
  std::FILE* metrics_ = nullptr;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point state_written_;
  std::unique_ptr<nlohmann::ordered_json> state_, record_;
};

}  // namespace reprtune
