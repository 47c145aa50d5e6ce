#include <reprtune/eval/cross_validation.h>
#include <reprtune/eval/projection.h>
#include <reprtune/eval/tsne.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/io/host_name.h>
#include <reprtune/io/json_file.h>
#include <reprtune/io/json_text.h>
#include <reprtune/io/temporary_file.h>
#include <reprtune/io/unix_time.h>
#include <reprtune/train/run_folder.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <future>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <system_error>
#include <thread>

#include <ATen/ATen.h>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kScatterPoints = 1'000;  // the time of t-SNE grows with their square
const char* const kBetweenLabels = ", ";
const char* const kNoLabel = "(no label)";
const char* const kSavedRun = "run.json";
const char* const kMetrics = "metrics.jsonl";
const char* const kSavedState[] = {"round", "step", "steps", "epoch", "epochs", "best_epoch"};
constexpr auto kLockPatience = std::chrono::seconds(2);  // a killed process has gigabytes to give back first
constexpr auto kStateInterval = std::chrono::seconds(2);

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  localtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z", &parts);
  return text;
}

/// A member of state.json of a run that may be over; null when there is none that can be read.
Json old_state(const std::filesystem::path& folder, const char* key) {
  std::ifstream file(folder / "run" / "state.json", std::ios::binary);
  const Json state = Json::parse(file, nullptr, false);
  return state.is_object() && state.contains(key) ? state[key] : Json();
}

/// Places of some rows in the plane, by two ways of looking at them.
struct Views {
  std::vector<float> pca, tsne;  // [B, 2]

  explicit Views(const at::Tensor& vectors, const ProgressListener& progress = {}) {
    const at::Tensor rows = vectors.contiguous();
    const std::span<const float> values(rows.const_data_ptr<float>(), static_cast<std::size_t>(rows.numel()));
    const auto dimension = static_cast<std::size_t>(rows.size(1));
    pca = project_to_plane(values, dimension);
    tsne = reprtune::tsne(values, dimension, progress);
  }
};

/// Of one row.
Json place(const std::vector<float>& plane, std::size_t row) { return {plane[2 * row], plane[2 * row + 1]}; }

}  // namespace

RunFolder::RunFolder(const std::filesystem::path& folder)
    : run_(folder / "run"), log_(run_), checkpoints_(run_) {
  const auto end = std::chrono::steady_clock::now() + kLockPatience;
  while (!try_to_lock()) {
    if (std::chrono::steady_clock::now() > end) {
      throw Error(ErrorKind::runtime,
                  folder.string() + ": another finetune is at work here (wait for it, or give another -o)");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  TemporaryFile::remove_leftovers(run_);
  state_ = std::make_unique<Json>(Json{{"state", run_state_name(RunState::preparing)},
                                       {"pid", static_cast<std::int64_t>(getpid())},
                                       {"host", host_name()},
                                       {"started", unix_time()},
                                       {"updated", unix_time()},
                                       {"training_started", nullptr},
                                       {"epoch", 0},
                                       {"epochs", 0},
                                       {"step", 0},
                                       {"steps", 0},
                                       {"started_step", 0},
                                       {"seconds_before", 0},
                                       {"best_epoch", nullptr},
                                       {"round", ""},
                                       {"replaces_model", false},
                                       {"reason", ""}});
  record_ = std::make_unique<Json>(Json{{"state", "running"}, {"started", local_time()}});
  (*record_)["steps"] = Json::array();
  (*record_)["validations"] = Json::array();
  identity_ = std::make_unique<Json>();
}

bool RunFolder::try_to_lock() {
  std::error_code code;
  std::filesystem::create_directories(run_, code);
  if (code) throw Error(ErrorKind::runtime, run_.string() + ": cannot be created: " + code.message());
  const auto file = run_ / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ < 0)
    throw Error(ErrorKind::runtime, file.string() + ": cannot be created: " + std::strerror(errno));
  // The one who held it may have removed the file, or moved the whole folder, in between.
  struct stat held = {}, there = {};
  const bool locked = ::flock(lock_, LOCK_EX | LOCK_NB) == 0 && ::fstat(lock_, &held) == 0 &&
                      ::stat(file.c_str(), &there) == 0 && held.st_ino == there.st_ino;
  if (!locked) ::close(lock_);
  return locked;
}

RunFolder::~RunFolder() {
  ::unlink((run_ / "lock").c_str());
  ::close(lock_);
}

bool RunFolder::is_unfinished(const std::filesystem::path& folder) {
  if (!CheckpointFolder(folder / "run").empty()) return true;
  const Json state = old_state(folder, "state");
  return !state.is_null() && state != run_state_name(RunState::done);
}

bool RunFolder::replaces_model(const std::filesystem::path& folder) {
  return old_state(folder, "replaces_model") == true;
}

void RunFolder::begin(Json identity, bool replaces_model, Json command) {
  *identity_ = std::move(identity);
  (*state_)["command"] = std::move(command);
  (*state_)["replaces_model"] = replaces_model;
}

Json RunFolder::identity_of(const CheckpointFolder::Found& checkpoint) {
  return read_json_file_as<Json>(checkpoint.folder / kSavedRun, ErrorKind::model)
      .value("identity", Json::object());
}

void RunFolder::go_on_from(const CheckpointFolder::Found& found) {
  const Json saved = read_json_file_as<Json>(found.folder / kSavedRun, ErrorKind::model);
  for (const char* key : kSavedState) (*state_)[key] = saved.at(key);
  seconds_before_ = saved.at("seconds");
  (*state_)["seconds_before"] = seconds_before_;
  (*state_)["started_step"] = found.checkpoint->total_steps();
  (*record_)["baselines"] = saved.at("baselines");
  (*record_)["best_epoch"] = saved.at("best_epoch");
  const std::string earlier = read_json_bytes(found.folder / kMetrics, ErrorKind::model);
  std::istringstream lines(earlier);
  for (std::string text; std::getline(lines, text);) {
    const Json line = Json::parse(text);
    (*record_)[line.contains("validation") ? "validations" : "steps"].push_back(line);
  }
  log_.begin(earlier);
  checkpoints_.go_on_from(found.checkpoint->total_steps());
}

void RunFolder::add(const Checkpoint& checkpoint) {
  Json saved = {{"identity", *identity_}, {"seconds", seconds()}, {"baselines", (*record_)["baselines"]}};
  for (const char* key : kSavedState) saved[key] = (*state_)[key];
  checkpoints_.save(checkpoint, {{kSavedRun, json_text(saved) + "\n"}, {kMetrics, log_.lines()}});
}

void RunFolder::finish_checkpoints(RunState state) {
  try {
    checkpoints_.wait();
  } catch (const Error&) {
    if (state == RunState::interrupted) throw;  // else nobody will miss it
  }
}

void RunFolder::move_to(const std::filesystem::path& model) {
  replace_folder(run_.parent_path(), model);
  run_ = model / "run";
  CheckpointFolder(run_).remove_all();
}

double RunFolder::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void RunFolder::set_state(RunState state, const std::string& reason) {
  (*state_)["state"] = run_state_name(state);
  (*state_)["reason"] = reason;
  if (state == RunState::training && (*state_)["training_started"].is_null())
    (*state_)["training_started"] = unix_time();
  const bool ended = state == RunState::done || state == RunState::failed || state == RunState::interrupted;
  (*record_)["state"] = ended ? run_state_name(state) : "running";
  (*record_)["reason"] = reason;
  if (ended) finish_checkpoints(state);
  if (!log_.has_begun()) log_.begin();
  write_state();
  if (ended) changed();
}

std::string RunFolder::round_name() const { return (*state_)["round"]; }

void RunFolder::add(const Round& round) {
  const std::string name = reprtune::round_name(round);
  if (name != round_name()) (*state_)["best_epoch"] = nullptr;  // else it goes on from a checkpoint
  (*state_)["round"] = name;
}

void RunFolder::add(const Baselines& baselines) {
  (*record_)["baselines"] = {
      {"majority", {{"accuracy", baselines.majority_accuracy}, {"macro_f1", baselines.majority_macro_f1}}},
      {"linear_probe", {{"accuracy", baselines.probe_accuracy}, {"macro_f1", baselines.probe_macro_f1}}}};
  changed();
}

void RunFolder::add(const StepReport& report) {
  const Json line = in_round({{"step", report.step},
                              {"epoch", report.epoch},
                              {"loss", report.loss},
                              {"classification_loss", report.classification_loss},
                              {"contrastive_loss", report.contrastive_loss},
                              {"learning_rate", report.learning_rate},
                              {"tokens_per_second", report.tokens_per_second},
                              {"time", unix_time()}});
  log_.append(line);
  (*record_)["steps"].push_back(line);
  (*state_)["step"] = report.step;
  (*state_)["steps"] = report.steps;
  (*state_)["epoch"] = report.epoch;
  (*state_)["epochs"] = report.epochs;
  if (std::chrono::steady_clock::now() - state_written_ > kStateInterval) write_state();
}

void RunFolder::add(const ValidationReport& report) {
  const Metrics& metrics = report.metrics;
  const Json line = in_round({{"step", report.step},
                              {"epoch", report.epoch},
                              {"validation",
                               {{"accuracy", metrics.accuracy},
                                {"precision", metrics.macro.precision.value_or(0)},
                                {"recall", metrics.macro.recall.value_or(0)},
                                {"f1", metrics.macro.f1.value_or(0)},
                                {"loss", metrics.log_loss}}},
                              {"time", unix_time()}});
  log_.append(line);
  (*record_)["validations"].push_back(line);
  if (report.best) {
    (*state_)["best_epoch"] = report.epoch;
    (*record_)["best_epoch"] = report.epoch;
  }
  write_state();
  changed();
}

void RunFolder::add(const FinetuneResult& result, const Dataset& validation, double temperature,
                    const ProgressListener& progress) {
  const auto& labels = validation.labels.names();
  (*record_)["metrics"] = metrics_json(result.validation, labels);
  (*record_)["temperature"] = temperature;
  (*record_)["best_epoch"] = (*state_)["best_epoch"] = result.best_epoch;
  (*state_)["scores"] = {{"accuracy", result.validation.accuracy},
                         {"f1", result.validation.macro.f1.value_or(0)}};
  if (!result.rounds.empty()) add_rounds(result);
  const std::int64_t shown = std::min(result.vectors_after.size(0), kScatterPoints);
  const at::Tensor vectors_before = result.held_out.vectors_before.slice(0, 0, shown);
  const at::Tensor vectors_after = result.vectors_after.slice(0, 0, shown);
  const bool moved = !at::equal(vectors_before, vectors_after);
  std::future<Views> views_before;
  if (moved) views_before = std::async(std::launch::async, [&] { return Views(vectors_before); });
  const Views after(vectors_after, progress);
  const Views before = moved ? views_before.get() : after;
  const auto text = [&](const RowLabels& row) {
    return row.empty() ? std::string(kNoLabel) : label_text(row, labels, kBetweenLabels);
  };
  Json points = Json::array();
  for (std::size_t i = 0; i < static_cast<std::size_t>(shown); ++i) {
    points.push_back({{"text", validation.examples[i].text},
                      {"label", text(validation.examples[i].labels)},
                      {"predicted", text(result.predictions[i])},
                      {"before", place(before.pca, i)},
                      {"after", place(after.pca, i)},
                      {"before_tsne", place(before.tsne, i)},
                      {"after_tsne", place(after.tsne, i)}});
  }
  Json names = labels;
  if (validation.problem == ProblemType::multi_label) {  // a colour for each set of labels
    std::set<RowLabels> sets;
    for (const Example& example : validation.examples) sets.insert(example.labels);
    names = Json::array();
    for (const RowLabels& set : sets) names.push_back(text(set));
  }
  (*record_)["scatter"] = {{"labels", std::move(names)}, {"points", std::move(points)}};
}

void RunFolder::add_rounds(const FinetuneResult& result) {
  add(result.baselines);
  std::vector<FoldScores> folds;
  for (const RoundResult& round : result.rounds) folds.push_back({round.best_epoch, round.metrics});
  if (folds.size() > 1) (*record_)["cross_validation"] = cross_validation_json(folds);
}

/// A line of metrics.jsonl, with the round that it belongs to in a run of several.
Json RunFolder::in_round(Json line) const {
  if (const std::string round = round_name(); !round.empty()) line["round"] = round;
  return line;
}

void RunFolder::write_state() {
  (*state_)["updated"] = unix_time();
  state_written_ = std::chrono::steady_clock::now();
  write_file(run_ / "state.json", json_text(*state_) + "\n");
}

void RunFolder::changed() {
  (*record_)["seconds"] = seconds();
  write_file(run_ / "report.json", json_text(*record_) + "\n");
  if (on_change) on_change();
}

}  // namespace reprtune
