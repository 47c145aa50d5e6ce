#pragma once

#include <reprtune/report/run_status.h>
#include <reprtune/ui/finetune_form.h>
#include <reprtune/ui/launches.h>
#include <reprtune/ui/work_folder.h>

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune::ui {

/// The runs of a folder, whoever started them: all that is known of one is in its model folder. Several
/// threads may use it. Each member throws ApiError, of which the message names the model.
class Runs {
 public:
  Runs(const WorkFolder& folder, const Program& program) : folder_(folder), launches_(program) {}

  /// [{"name", "state", "reason", "round", "step", "steps", "epoch", "epochs", "seconds", "seconds_left",
  /// "updated", "started", "can_stop", "can_resume", "is_settled" (nothing more will change), "has_model",
  /// "has_run", "scores": {"accuracy", "f1", "before_final_fit"} or null}], the newest first.
  nlohmann::ordered_json list() const;

  /// One of these, with "status" (as `reprtune status --format json`), "messages" (what it said, when it was
  /// started here), and what metrics.jsonl has beyond `cursor`: "lines", "is_new", "cursor" (see
  /// MetricsTail).
  nlohmann::ordered_json watch(const std::string& name, const std::string& cursor) const;

  /// What the report is made from, without the parts that are of single rows: options, data, baselines,
  /// metrics with intervals, the command line; null members for what is not known.
  nlohmann::ordered_json record(const std::string& name) const;
  /// The page; it does not load itself again.
  std::string report(const std::string& name) const;

  void start(const std::string& name, const std::vector<std::string>& arguments);
  /// It saves its state and ends.
  void stop(const std::string& name);
  /// The same command again, with --resume.
  void resume(const std::string& name);

  std::vector<std::string> running() const { return launches_.running(); }

 private:
  /// Where a run is, and what is known of it; no status for a model that came without its run.
  struct Found {
    std::filesystem::path model, location;
    std::optional<RunStatus> status;
  };
  Found find(const std::string& name) const;
  nlohmann::ordered_json summary(const std::string& name, const Found& found) const;

  const WorkFolder& folder_;
  Launches launches_;
};

}  // namespace reprtune::ui
