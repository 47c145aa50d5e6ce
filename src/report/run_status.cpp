#include <reprtune/io/error.h>
#include <reprtune/io/host_name.h>
#include <reprtune/io/json_file.h>
#include <reprtune/report/field.h>
#include <reprtune/report/run_status.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <span>
#include <system_error>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kQueued = "queued";
constexpr std::string_view kGoingStates[] = {"preparing", "training", "validating", "calibrating"};
constexpr std::string_view kEndStates[] = {"done", "failed", "interrupted"};

bool is_one_of(std::span<const std::string_view> states, const std::string& state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

// Whether the process that wrote the state can be seen to be gone; a process on another machine cannot be
// seen.
bool process_is_gone(std::optional<pid_t> process) {
  return process && kill(*process, 0) != 0 && errno == ESRCH;
}

// The process that wrote the state, when it was on this machine.
std::optional<pid_t> writer_of(const Json& state) {
  const auto pid = count_field(state, "pid");
  const std::string host = text_field(state, "host");
  if (!pid || *pid == 0 || *pid > 0x7FFFFFFF || (!host.empty() && host != host_name())) return std::nullopt;
  return static_cast<pid_t>(*pid);
}

// Whether a process has a file open. A state.json may be of a folder that came from elsewhere, or its process
// long gone and the number another's.
bool has_open(pid_t process, const std::filesystem::path& file) {
  struct stat wanted = {}, open = {};
  if (::stat(file.c_str(), &wanted) != 0) return false;
  std::error_code not_ours;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", not_ours)) {
    if (::stat(entry.path().c_str(), &open) == 0 && open.st_dev == wanted.st_dev &&
        open.st_ino == wanted.st_ino)
      return true;
  }
  return false;
}

/// Takes the steps that this process has done in `seconds` of training as a forecast of those left,
/// validations included.
std::optional<double> seconds_left(const RunStatus& status, std::size_t started_step, double seconds) {
  if (status.steps <= status.step || status.step <= started_step || seconds <= 0) return std::nullopt;
  const auto done = static_cast<double>(status.step - started_step),
             left = static_cast<double>(status.steps - status.step);
  return seconds / done * left;
}

/// The highest of the checkpoints of that step, by name: "checkpoint-120".
std::optional<std::size_t> last_checkpoint(const std::filesystem::path& run_folder) {
  const std::string prefix = "checkpoint-";
  std::optional<std::size_t> last;
  std::error_code gone;  // the run may be over this moment
  for (const auto& entry : std::filesystem::directory_iterator(run_folder, gone)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::size_t step = 0;
    const char* const end = name.data() + name.size();
    const auto [stopped, code] = std::from_chars(name.data() + prefix.size(), end, step);
    if (code == std::errc() && stopped == end) last = std::max(last.value_or(0), step);
  }
  return last;
}

/// Whether a process holds the lock of a run folder (see RunFolder).
bool is_locked(const std::filesystem::path& run_folder) {
  const int file = ::open((run_folder / "lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool locked = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(file);
  return locked;
}

Json read_state(const std::filesystem::path& model_folder) {
  const std::filesystem::path run_folder = model_folder / "run";
  if (!std::filesystem::exists(model_folder))
    throw Error(ErrorKind::model, model_folder.string() + ": no such folder");
  if (!std::filesystem::is_directory(run_folder)) {
    throw Error(ErrorKind::model,
                model_folder.string() +
                    ": expected a folder written by 'reprtune finetune', found no 'run' folder in it");
  }
  const std::filesystem::path file = run_folder / "state.json";
  if (!std::filesystem::exists(file) && is_locked(run_folder)) return {{"state", kQueued}};
  Json state = read_json_file(file, ErrorKind::model);
  const std::string name = text_field(state, "state");
  if (!is_one_of(kGoingStates, name) && !is_one_of(kEndStates, name)) {
    throw Error(ErrorKind::model,
                file.string() + ": expected the state of a run in 'state', found " +
                    field(state, "state").dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 80));
  }
  return state;
}

void take_step(const Json& line, RunStatus& status) {
  status.loss = number_field(line, "loss");
  status.classification_loss = number_field(line, "classification_loss");
  status.contrastive_loss = number_field(line, "contrastive_loss");
  status.learning_rate = number_field(line, "learning_rate");
  status.tokens_per_second = number_field(line, "tokens_per_second");
  if (status.loss) status.losses.push_back(*status.loss);
}

void take_metrics(const std::filesystem::path& file, RunStatus& status) {
  std::ifstream in(file, std::ios::binary);
  std::string round;
  for (std::string text; std::getline(in, text);) {
    const Json line = Json::parse(text, nullptr, false);
    if (!line.is_object()) continue;  // a line that is still being written
    const Json& validation = field(line, "validation");
    if (!validation.is_object()) {
      take_step(line, status);
      continue;
    }
    if (const std::string own = text_field(line, "round"); own != round) {
      status.validations.clear();
      round = own;
    }
    status.validations.push_back({count_field(line, "epoch").value_or(0),
                                  number_field(validation, "accuracy"), number_field(validation, "precision"),
                                  number_field(validation, "recall"), number_field(validation, "f1"),
                                  number_field(validation, "loss")});
  }
}

Json number_or_null(std::optional<double> value) { return value ? Json(*value) : Json(nullptr); }

}  // namespace

RunStatus read_run_state(const std::filesystem::path& model_folder, double now) {
  const Json state = read_state(model_folder);
  RunStatus status;
  status.state = text_field(state, "state");
  status.reason = text_field(state, "reason");
  status.round = text_field(state, "round");
  status.step = count_field(state, "step").value_or(0);
  status.steps = count_field(state, "steps").value_or(0);
  status.epoch = count_field(state, "epoch").value_or(0);
  status.epochs = count_field(state, "epochs").value_or(0);
  status.best_epoch = count_field(state, "best_epoch");
  status.accuracy = number_field(field(state, "scores"), "accuracy");
  status.f1 = number_field(field(state, "scores"), "f1");
  const auto started = number_field(state, "started"), updated = number_field(state, "updated");
  const auto training_started = number_field(state, "training_started");
  std::optional<double> own_seconds;  // of the last process
  if (started && updated) own_seconds = std::max(0.0, *updated - *started);
  if (own_seconds) status.seconds = *own_seconds + number_field(state, "seconds_before").value_or(0);
  status.started = started;
  status.updated = updated;
  status.checkpoint_step = last_checkpoint(model_folder / "run");
  const std::optional<pid_t> writer = writer_of(state);
  if (writer && has_open(*writer, model_folder / "run" / "lock")) status.process = writer;
  if (is_one_of(kGoingStates, status.state)) {
    if (updated) status.seconds_since_update = std::max(0.0, now - *updated);
    if (process_is_gone(writer)) {
      status.state = "died";
    } else if (training_started && updated) {
      status.seconds_left =
          seconds_left(status, count_field(state, "started_step").value_or(0), *updated - *training_started);
    }
  }
  return status;
}

RunStatus read_run_status(const std::filesystem::path& model_folder, double now) {
  RunStatus status = read_run_state(model_folder, now);
  take_metrics(model_folder / "run" / "metrics.jsonl", status);
  return status;
}

bool has_ended(const RunStatus& status) {
  return status.state == "died" || is_one_of(kEndStates, status.state);
}

Json run_status_json(const RunStatus& status) {
  Json validations = Json::array();
  for (const ValidationScores& each : status.validations) {
    validations.push_back({{"epoch", each.epoch},
                           {"accuracy", number_or_null(each.accuracy)},
                           {"precision", number_or_null(each.precision)},
                           {"recall", number_or_null(each.recall)},
                           {"f1", number_or_null(each.f1)},
                           {"loss", number_or_null(each.loss)}});
  }
  return {{"state", status.state},
          {"reason", status.reason},
          {"round", status.round},
          {"step", status.step},
          {"steps", status.steps},
          {"epoch", status.epoch},
          {"epochs", status.epochs},
          {"best_epoch", status.best_epoch ? Json(*status.best_epoch) : Json(nullptr)},
          {"scores", status.accuracy ? Json{{"accuracy", *status.accuracy}, {"f1", number_or_null(status.f1)}}
                                     : Json(nullptr)},
          {"checkpoint_step", status.checkpoint_step ? Json(*status.checkpoint_step) : Json(nullptr)},
          {"seconds", number_or_null(status.seconds)},
          {"seconds_left", number_or_null(status.seconds_left)},
          {"last",
           {{"loss", number_or_null(status.loss)},
            {"classification_loss", number_or_null(status.classification_loss)},
            {"contrastive_loss", number_or_null(status.contrastive_loss)},
            {"learning_rate", number_or_null(status.learning_rate)},
            {"tokens_per_second", number_or_null(status.tokens_per_second)}}},
          {"validations", std::move(validations)}};
}

}  // namespace reprtune
