#include <reprtune/io/error.h>
#include <reprtune/io/json_text.h>
#include <reprtune/train/run_log.h>
#include <reprtune/train/tensorboard_event.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

const char* const kMetrics = "metrics.jsonl";
const char* const kEvents = "events.out.tfevents.reprtune";  // TensorBoard looks for ".tfevents."

std::FILE* create(const std::filesystem::path& path) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr)
    throw Error(ErrorKind::runtime, path.string() + ": cannot be written: " + std::strerror(errno));
  return file;
}

void write(std::FILE* file, const std::string& bytes, const std::filesystem::path& path) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size() || std::fflush(file) != 0)
    throw Error(ErrorKind::runtime, path.string() + ": could not be written: " + std::strerror(errno));
}

double time_of(const Json& line) { return line.value("time", 0.0); }

/// What an event file says of these lines; nothing before the first.
std::string event_file(const std::string& lines) {
  std::istringstream in(lines);
  std::string file;
  for (std::string text; std::getline(in, text);) {
    const Json line = Json::parse(text);
    if (file.empty()) file = event_file_version(time_of(line));
    file += tensorboard_events(line);
  }
  return file;
}

}  // namespace

std::string tensorboard_events(const Json& line) {
  static const std::set<std::string> kNoScalars = {"step", "epoch", "time"};
  if (!line.contains("step")) return {};
  const bool validation = line.contains("validation");
  std::vector<EventScalar> scalars;
  for (const auto& [name, value] : (validation ? line["validation"] : line).items()) {
    if (value.is_number() && kNoScalars.count(name) == 0)
      scalars.push_back({(validation ? "validation/" : "train/") + name, value.get<double>()});
  }
  return scalar_event(time_of(line), line["step"], scalars);
}

RunLog::RunLog(std::filesystem::path run_folder) : run_(std::move(run_folder)) {}

RunLog::~RunLog() {
  for (std::FILE* const file : {metrics_, events_})
    if (file != nullptr) std::fclose(file);
}

void RunLog::begin(const std::string& lines) {
  lines_ = lines;
  metrics_ = create(run_ / kMetrics);
  write(metrics_, lines_, run_ / kMetrics);
  events_ = create(run_ / kEvents);
  write(events_, event_file(lines_), run_ / kEvents);
}

void RunLog::append(const Json& line) {
  if (!has_begun()) begin();
  const std::string text = json_text(line) + "\n";
  write(metrics_, text, run_ / kMetrics);
  write(events_, (lines_.empty() ? event_file_version(time_of(line)) : "") + tensorboard_events(line),
        run_ / kEvents);
  lines_ += text;
}

}  // namespace reprtune
