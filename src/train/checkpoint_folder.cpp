#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/train/checkpoint_folder.h>

#include <charconv>
#include <limits>
#include <system_error>

namespace reprtune {
namespace {

using Path = std::filesystem::path;

const std::string kPrefix = "checkpoint-";
const std::string kUnfinished = ".partial";
constexpr int kLeastWorkPerCost = 20;

/// "checkpoint-120" -> 120.
std::optional<std::int64_t> step_of(const std::string& name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  std::int64_t step = 0;
  const auto [end, code] = std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), step);
  if (code != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return step;
}

/// Does something with a new folder that is gone again when that fails.
template <typename Action>
void or_remove(const Path& folder, const Action& action) {
  std::error_code ignored;
  try {
    action();
  } catch (const std::filesystem::filesystem_error& error) {
    std::filesystem::remove_all(folder, ignored);
    throw Error(ErrorKind::runtime, folder.string() + ": could not be written: " + error.code().message());
  } catch (...) {
    std::filesystem::remove_all(folder, ignored);
    throw;
  }
}

/// Folders here that were being written or deleted when their process ended.
void remove_unfinished(const Path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && !step_of(name)) std::filesystem::remove_all(entry.path());
  }
}

}  // namespace

CheckpointFolder::~CheckpointFolder() {
  if (flush_.valid()) flush_.wait();
}

std::map<std::int64_t, Path> CheckpointFolder::by_step() const {
  std::map<std::int64_t, Path> result;
  std::error_code none;  // without the folder there are none
  for (const auto& entry : std::filesystem::directory_iterator(folder_, none)) {
    if (const auto step = step_of(entry.path().filename().string())) result[*step] = entry.path();
  }
  return result;
}

Path CheckpointFolder::path_of(std::int64_t step) const { return folder_ / (kPrefix + std::to_string(step)); }

bool CheckpointFolder::empty() const { return by_step().empty(); }

CheckpointFolder::Found CheckpointFolder::newest() const {
  Found found;
  const auto all = by_step();
  for (auto entry = all.rbegin(); entry != all.rend() && !found.checkpoint; ++entry) {
    try {
      found.checkpoint = read_checkpoint(entry->second);
      found.folder = entry->second;
    } catch (const Error& error) {
      if (found.damaged.empty()) found.damaged = error.what();
    }
  }
  return found;
}

bool CheckpointFolder::is_due(bool epoch_ended, double minutes) const {
  const auto elapsed = Clock::now() - saved_;
  if (epoch_ended && (!cost_ || elapsed >= kLeastWorkPerCost * *cost_)) return true;
  return minutes > 0 && elapsed >= std::chrono::duration<double, std::ratio<60>>(minutes);
}

void CheckpointFolder::save(const Checkpoint& checkpoint, const std::map<std::string, std::string>& further) {
  const auto begin = Clock::now();
  wait();
  const Path written = path_of(checkpoint.total_steps()).string() + kUnfinished;
  or_remove(written, [&] {
    remove_unfinished(folder_);
    write_checkpoint(written, checkpoint, further);
  });
  flush_ = std::async(std::launch::async, [this, written, step = checkpoint.total_steps()] {
    or_remove(written, [&] { put_in_place(written, step); });
  });
  saved_ = Clock::now();
  cost_ = saved_ - begin;
}

void CheckpointFolder::put_in_place(const Path& written, std::int64_t step) {
  for (const auto& entry : std::filesystem::directory_iterator(written)) sync_to_disk(entry.path());
  // Those of another run must not stand beside the new one, whose step may be lower.
  for (const auto& [old, path] : by_step()) {
    if (old > good_up_to_) std::filesystem::remove_all(path);
  }
  good_up_to_ = std::numeric_limits<std::int64_t>::max();
  replace_folder(written, path_of(step));
  const auto all = by_step();
  for (auto entry = all.begin(); std::distance(entry, all.end()) > 2; ++entry)
    std::filesystem::remove_all(entry->second);
}

void CheckpointFolder::wait() {
  if (flush_.valid()) flush_.get();
}

void CheckpointFolder::remove_all() const {
  remove_unfinished(folder_);
  for (const auto& [step, path] : by_step()) std::filesystem::remove_all(path);
}

}  // namespace reprtune
