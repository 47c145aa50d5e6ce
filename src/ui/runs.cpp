#include <reprtune/eval/interval.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/io/unix_time.h>
#include <reprtune/report/field.h>
#include <reprtune/report/report.h>
#include <reprtune/report/run_record.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/ui/metrics_tail.h>
#include <reprtune/ui/runs.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <set>

#include <nlohmann/json.hpp>
#include <signal.h>

namespace reprtune::ui {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShownMessages = 8000;  // bytes of what a run has said

[[noreturn]] void refuse(const std::string& message) {
  throw serve::ApiError(serve::ErrorCause::malformed, message);
}

Json number_or_null(std::optional<double> value) { return value ? Json(*value) : Json(nullptr); }

/// Scores of the finished model, from reprtune.json.
Json scores_of(const std::filesystem::path& model) {
  try {
    const Json record = read_json_file_as<Json>(model / "reprtune.json", ErrorKind::model);
    const Json& validation = field(record, "validation");
    if (!validation.is_object()) return nullptr;
    return {{"accuracy", number_or_null(number_field(validation, "accuracy"))},
            {"f1", number_or_null(number_field(validation, "f1"))},
            {"before_final_fit", record.contains("final_fit")}};
  } catch (const Error&) {
    return nullptr;
  }
}

/// Truths and predictions of held-out rows, in no particular order.
struct Answers {
  std::vector<std::size_t> truth, predicted;
};

/// Those that a confusion matrix, {"labels", "counts": [[...]]}, counts; none of one that is none, or of more
/// rows than are worth the time.
Answers answers_of(const Json& confusion) {
  constexpr std::size_t kMostRows = 20'000;
  const Json& counts = list_field(confusion, "counts");
  Answers answers;
  for (std::size_t truth = 0; truth < counts.size(); ++truth) {
    for (std::size_t predicted = 0; counts[truth].is_array() && predicted < counts.size(); ++predicted) {
      const Json& cell = predicted < counts[truth].size() ? counts[truth][predicted] : Json(0);
      const std::size_t count = cell.is_number_unsigned() ? cell.get<std::size_t>() : 0;
      if (count > kMostRows - std::min(kMostRows, answers.truth.size())) return {};
      answers.truth.insert(answers.truth.end(), count, truth);
      answers.predicted.insert(answers.predicted.end(), count, predicted);
    }
  }
  return answers;
}

/// 95 % intervals of the scores that `metrics` has of its held-out rows.
Json intervals_of(const Json& metrics) {
  const auto rows = count_field(metrics, "rows");
  const auto accuracy = number_field(metrics, "accuracy");
  if (!rows || *rows == 0 || !accuracy || *accuracy < 0 || *accuracy > 1) return nullptr;
  const auto right = static_cast<std::size_t>(std::llround(*accuracy * static_cast<double>(*rows)));
  const Interval interval = wilson_interval(right, *rows);
  Json intervals = {{"accuracy", {interval.low, interval.high}}};
  const Json& confusion = field(metrics, "confusion");
  if (const Answers answers = answers_of(confusion); !answers.truth.empty()) {
    const Interval f1 =
        bootstrap_macro_f1(answers.truth, answers.predicted, list_field(confusion, "counts").size(), 1);
    intervals["macro_f1"] = {f1.low, f1.high};
  }
  return intervals;
}

/// The command that a run was started by, and where, as it says itself; empty when it does not.
struct RecordedCommand {
  std::string folder;
  std::vector<std::string> arguments;
};

RecordedCommand recorded_command(const std::filesystem::path& location) {
  try {
    const Json state = read_json_file_as<Json>(location / "run" / "state.json", ErrorKind::model);
    const Json& command = field(state, "command");
    RecordedCommand recorded{text_field(command, "folder"), {}};
    for (const Json& word : list_field(command, "arguments"))
      if (word.is_string()) recorded.arguments.push_back(word.get<std::string>());
    return recorded;
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

Runs::Found Runs::find(const std::string& name) const {
  Found found{folder_.model(name), {}, std::nullopt};
  found.location = run_location(found.model);
  for (const char* file : {"run", "run/state.json", "run/metrics.jsonl", "run/report.json", "run/lock"})
    folder_.inside(found.location / file);
  folder_.inside(found.model / "reprtune.json");
  try {
    found.status = read_run_state(found.location, unix_time());
  } catch (const Error&) {  // it has no run, or is just beginning or being put in place
  }
  const double last_sign = found.status ? found.status->updated.value_or(0) : 0;
  if (launches_.runs_since(name, last_sign)) {  // what is there is of an earlier one
    found.status.emplace();
    found.status->state = "queued";
  }
  // The last thing that a run does is to put its model in place.
  if (found.status && found.status->state == "done" && found.status->process)
    found.status->state = "calibrating";
  return found;
}

Json Runs::summary(const std::string& name, const Found& found) const {
  const RunStatus status = found.status.value_or(RunStatus{});
  const bool has_model = std::filesystem::exists(found.model / "reprtune.json");
  const auto failure = launches_.failure(name);
  std::string state = found.status ? status.state : (has_model ? "done" : "failed");
  if (!found.status && !has_model && !failure) refuse(name + ": no such run");
  const bool going = found.status && !has_ended(status);
  const bool is_settled = !going && !status.process && !launches_.is_running(name);
  return {{"name", name},
          {"state", state},
          {"reason", failure && !going ? *failure : status.reason},
          {"round", status.round},
          {"step", status.step},
          {"steps", status.steps},
          {"epoch", status.epoch},
          {"epochs", status.epochs},
          {"seconds", number_or_null(status.seconds)},
          {"seconds_left", number_or_null(status.seconds_left)},
          {"started", number_or_null(status.started)},
          {"updated", number_or_null(status.updated)},
          {"can_stop", going && (status.process.has_value() || launches_.is_running(name))},
          {"can_resume", found.status && is_settled && status.state != "done"},
          {"is_settled", is_settled},
          {"has_model", has_model},
          {"has_run", found.status.has_value()},
          {"has_record", std::filesystem::exists(found.location / "run" / "report.json")},
          {"scores", has_model ? scores_of(found.model) : Json(nullptr)}};
}

Json Runs::list() const {
  std::set<std::string> names;
  for (const std::string& name : folder_.runs()) names.insert(name);
  for (const std::string& name : launches_.running()) names.insert(name);
  Json list = Json::array();
  for (const std::string& name : names) {
    try {
      list.push_back(summary(name, find(name)));
    } catch (const serve::ApiError&) {  // gone in this moment
    }
  }
  const auto began = [](const Json& run) { return number_field(run, "started").value_or(unix_time()); };
  std::stable_sort(list.begin(), list.end(),
                   [&](const Json& a, const Json& b) { return began(a) > began(b); });
  return list;
}

Json Runs::watch(const std::string& name, const std::string& cursor) const {
  const Found found = find(name);
  Json json = summary(name, found);
  std::string messages = launches_.messages(name);
  if (messages.size() > kShownMessages) messages.erase(0, messages.size() - kShownMessages);
  json["messages"] = messages;
  if (!found.status) return json;
  Json status = run_status_json(*found.status);
  status.erase("validations");
  status.erase("last");
  json["status"] = std::move(status);
  const std::string generation = std::to_string(std::llround(found.status->started.value_or(0) * 1000));
  const MetricsTail tail = read_metrics_tail(found.location / "run" / "metrics.jsonl", generation, cursor);
  json["lines"] = Json::parse(tail.lines);
  json["is_new"] = tail.is_new;
  json["cursor"] = tail.cursor;
  return json;
}

Json Runs::record(const std::string& name) const {
  const Found found = find(name);
  Json record;
  try {
    record = read_run_record(name, found.location);
  } catch (const Error& error) {
    refuse(error.what());
  }
  Json json = summary(name, found);
  for (const char* key : {"base_model", "init_from", "problem_type", "options", "baselines", "best_epoch",
                          "temperature", "final_fit", "seconds"})
    json[key] = field(record, key);
  json["data"] = field(record, "data");
  if (json["data"].is_object()) json["data"].erase("preview");
  const Json& metrics = field(record, "metrics");
  json["metrics"] = nullptr;
  if (metrics.is_object()) {
    json["metrics"] = {{"rows", field(metrics, "rows")},   {"accuracy", field(metrics, "accuracy")},
                       {"macro", field(metrics, "macro")}, {"log_loss", field(metrics, "log_loss")},
                       {"ece", field(metrics, "ece")},     {"intervals", intervals_of(metrics)}};
  }
  json["arguments"] = recorded_command(found.location).arguments;
  return json;
}

std::string Runs::report(const std::string& name) const {
  const Found found = find(name);
  try {
    return render_report(read_run_record(name, found.location), false);
  } catch (const Error& error) {
    refuse(error.what());
  }
}

void Runs::start(const std::string& name, const std::vector<std::string>& arguments) {
  launches_.start(name, arguments);
}

void Runs::stop(const std::string& name) {
  const Found found = find(name);
  if (found.status && !has_ended(*found.status) && found.status->process) {
    ::kill(*found.status->process, SIGTERM);
  } else if (launches_.is_running(name)) {
    launches_.stop(name);
  } else {
    refuse(name + ": is not running on this machine");
  }
}

void Runs::resume(const std::string& name) {
  const Found found = find(name);
  if (!found.status || !has_ended(*found.status) || found.status->state == "done")
    refuse(name + ": has no run to go on with");
  auto [folder, arguments] = recorded_command(found.location);
  const bool knows_how = arguments.size() > 1 && arguments.front() == "finetune" &&
                         std::ranges::find(arguments, "--") == arguments.end();
  if (!knows_how || folder != folder_.path().string()) {
    refuse(name + ": was not started in this folder; go on with it there, by the same command with --resume");
  }
  std::erase(arguments, "--overwrite");
  std::erase(arguments, "--resume");
  arguments.push_back("--output=" + name);  // whatever the folder says: this one
  arguments.push_back("--resume");
  launches_.start(name, arguments);
}

}  // namespace reprtune::ui
