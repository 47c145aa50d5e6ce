#pragma once

#include <reprtune/train/checkpoint_folder.h>
#include <reprtune/train/finetune.h>
#include <reprtune/train/run_log.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The files by which others can follow a run, in MODEL/run: state.json (what it is doing, replaced whole),
/// metrics.jsonl (a line per reported step and per validation, appended) and the same for TensorBoard,
/// report.json (the record that the report is made from, replaced at each change that is worth a new report),
/// and while it is not finished the checkpoints from which it can go on.
class RunFolder {
 public:
  /// Creates `folder`/run; `folder` is locked against other runs for the life of this object. What an earlier
  /// run left stays until this one writes. Throws Error(runtime) when it cannot be written or another process
  /// is at work in it, and still is a moment later.
  explicit RunFolder(const std::filesystem::path& folder);
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;
  ~RunFolder();

  /// Whether a run began in this folder and did not end with a model.
  static bool is_unfinished(const std::filesystem::path& folder);
  /// Whether the run that began in this folder is to take the place of a finished model.
  static bool replaces_model(const std::filesystem::path& folder);

  /// What the report is made from (see render_report); callers add what only they know: data, options, names.
  nlohmann::ordered_json& record() { return *record_; }
  /// Called after each such change.
  std::function<void()> on_change;

  CheckpointFolder& checkpoints() { return checkpoints_; }
  /// To be called before a run writes: what it is (see run_identity), whether it replaces a model, and how it
  /// was asked for, {"folder", "arguments": [...]}, so that others can have it go on.
  void begin(nlohmann::ordered_json identity, bool replaces_model, nlohmann::ordered_json command);
  /// The identity of the run that this checkpoint is of.
  static nlohmann::ordered_json identity_of(const CheckpointFolder::Found& checkpoint);
  /// Then, for a run that goes on: its curves, metrics.jsonl included, become what they were.
  void go_on_from(const CheckpointFolder::Found& checkpoint);
  /// Writes a checkpoint with the curves up to here.
  void add(const Checkpoint& checkpoint);

  void set_state(RunState state, const std::string& reason = "");
  void add(const Round& round);
  void add(const Baselines& baselines);
  void add(const StepReport& report);
  void add(const ValidationReport& report);
  /// Metrics, temperature, cross-validation, and the scatter of the validation vectors before and after.
  void add(const FinetuneResult& result, const Dataset& validation, double temperature,
           const ProgressListener& progress = {});

  /// The round that the run is in, by name; empty in a run of one.
  std::string round_name() const;

  double seconds() const;  ///< of work on this run, that before the checkpoint included

  /// Puts the whole folder in the place of `model` and drops the checkpoints; the last call.
  void move_to(const std::filesystem::path& model);

 private:
  bool try_to_lock();
  void add_rounds(const FinetuneResult& result);
  nlohmann::ordered_json in_round(nlohmann::ordered_json line) const;
  void write_state();
  void finish_checkpoints(RunState state);
  void changed();

  std::filesystem::path run_;
  int lock_ = -1;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double seconds_before_ = 0;
  std::chrono::steady_clock::time_point state_written_;
  std::unique_ptr<nlohmann::ordered_json> state_, record_, identity_;
  RunLog log_;
  CheckpointFolder checkpoints_;
};

}  // namespace reprtune
