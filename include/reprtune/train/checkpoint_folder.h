#pragma once

#include <reprtune/train/checkpoint.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <string>

namespace reprtune {

/// The checkpoints of a run: the last two, as `checkpoint-<step>` in one folder, each there whole or not at
/// all. A checkpoint is handed to the operating system at once and goes to the disk while the run goes on;
/// then it gets its name and the one before the last goes.
class CheckpointFolder {
 public:
  explicit CheckpointFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  CheckpointFolder(const CheckpointFolder&) = delete;
  CheckpointFolder& operator=(const CheckpointFolder&) = delete;
  /// Waits, but says nothing of a failure.
  ~CheckpointFolder();

  struct Found {
    std::optional<Checkpoint> checkpoint;  ///< absent when there is none
    std::filesystem::path folder;
    std::string damaged;  ///< why a newer one cannot be used; empty when this is the newest
  };
  /// The newest one that is whole.
  Found newest() const;
  bool empty() const;

  /// The run goes on from the checkpoint of this step: later ones, which were damaged, are dropped by the
  /// next save(). Without a call it is a new run: save() drops all that an earlier one left.
  void go_on_from(std::int64_t step) { good_up_to_ = step; }

  /// Whether one should be written: at the end of an epoch, unless checkpoints would take more than a
  /// twentieth of the time; within one, `minutes` after the last; 0: never.
  bool is_due(bool epoch_ended, double minutes) const;

  /// Throws Error(runtime) when it, or the one before, could not be written.
  void save(const Checkpoint& checkpoint, const std::map<std::string, std::string>& further);
  /// Until the last one is on the disk. Throws as save() does.
  void wait();
  void remove_all() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::map<std::int64_t, std::filesystem::path> by_step() const;
  void put_in_place(const std::filesystem::path& written, std::int64_t step);
  std::filesystem::path path_of(std::int64_t step) const;

  std::filesystem::path folder_;
  std::int64_t good_up_to_ = -1;  ///< step
  std::future<void> flush_;
  Clock::time_point saved_ = Clock::now();
  std::optional<Clock::duration> cost_;  ///< of the last save(), to the run
};

}  // namespace reprtune
