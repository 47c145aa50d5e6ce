#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Scores of one validation, macro averages; absent where metrics.jsonl has none.
struct ValidationScores {
  std::size_t epoch = 0;
  std::optional<double> accuracy, precision, recall, f1, loss;
};

/// What a run is doing or did.
struct RunStatus {
  /// As in run/state.json; "queued": a process has taken the folder and has not begun; "died": its process is
  /// gone and it never said that it ended.
  std::string state;
  std::string reason;  ///< of an interruption or failure
  std::string round;   ///< "fold 2 of 5", "final fit"; empty in a run of one
  std::size_t step = 0, steps = 0;
  std::size_t epoch = 0, epochs = 0;
  std::optional<std::size_t> best_epoch;
  std::optional<double> accuracy, f1;          ///< of the finished model
  std::optional<std::size_t> checkpoint_step;  ///< the last step that a run can be resumed from
  std::optional<double> seconds;               ///< of work, to the last sign of life
  std::optional<double> seconds_left;          ///< of training, while it trains
  std::optional<double> seconds_since_update;  ///< while it is going
  std::optional<double> started, updated;      ///< seconds since 1970
  std::optional<int> process;                  ///< that is at work on it on this machine: it holds run/lock
  std::optional<double> loss, classification_loss, contrastive_loss, learning_rate,
      tokens_per_second;                      ///< last step
  std::vector<double> losses;                 ///< of every logged step
  std::vector<ValidationScores> validations;  ///< in order, of the last round that has some
};

/// Reads MODEL/run/state.json and MODEL/run/metrics.jsonl. Safe while the run is writing them.
///
/// state.json is replaced whole (atomically) by the run, at its start, at each change of state and every few
/// seconds:
///
///     {"state": "preparing" | "training" | "validating" | "calibrating" | "done" | "failed" | "interrupted",
///      "pid": 4711, "host": "name of the machine",         pid is judged only on the machine of that name
///      "started": 1700000000.0, "updated": 1700000042.5,   seconds since 1970
///      "training_started": 1700000009.5 or null,           when this process began its first step
///      "epoch": 1, "epochs": 3,                            the epoch it is in, from 1
///      "step": 120, "steps": 900,                          steps done, of how many
///      "started_step": 0, "seconds_before": 0.0,           those, and the time, from before this process
///      "round": "fold 2 of 5" or "",
///      "best_epoch": 1 or null, "reason": "", "replaces_model": false,
///      "scores": {"accuracy": 0.9, "f1": 0.9},             of the finished model
///      "command": {"folder": where it was typed, "arguments": ["finetune", ...]}}
///
/// A run can be resumed from the folders run/checkpoint-<step>, which are gone when it is done.
/// Of metrics.jsonl a last line that is cut off is ignored, as is any line that is no JSON object.
/// `now`: seconds since 1970, for the estimate. Throws Error(model) when there is no run folder, no
/// state.json while no process holds run/lock, or state.json is not of that shape.
RunStatus read_run_status(const std::filesystem::path& model_folder, double now);

/// The same without what metrics.jsonl says: losses, rates and validations.
RunStatus read_run_state(const std::filesystem::path& model_folder, double now);

/// {"state", "reason", "round", "step", "steps", "epoch", "epochs", "best_epoch",
/// "scores": {"accuracy", "f1"} of the finished model, "checkpoint_step", "seconds", "seconds_left", "last":
/// {"loss", "classification_loss", "contrastive_loss", "learning_rate", "tokens_per_second"}, "validations":
/// [{"epoch", "accuracy", "precision", "recall", "f1", "loss"}]}; absent values are null.
nlohmann::ordered_json run_status_json(const RunStatus& status);

/// Whether nothing more will change by itself.
bool has_ended(const RunStatus& status);

}  // namespace reprtune
