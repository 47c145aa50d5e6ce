#pragma once

#include <cstdio>
#include <filesystem>
#include <optional>

namespace reprtune {

/// A new file beside the place that it is meant for, with a name of its own, `<place>.partial-<number>`. It
/// is gone with this object unless it was put in place. Throws Error(runtime), one line that names the place.
class TemporaryFile {
 public:
  /// `permissions`: those of any new file where absent.
  explicit TemporaryFile(const std::filesystem::path& place,
                         std::optional<std::filesystem::perms> permissions = std::nullopt);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  /// Open until the file is put in place.
  std::FILE* stream() const { return stream_; }
  /// Waits until it is on the disk and renames it to its place, over a file that is there.
  void replace();
  /// The same for a place in the same folder that must be free: false when there is anything of that name.
  bool take(const std::filesystem::path& place);

  /// Removes those in a folder whose processes were killed; call only where no other can be at work.
  static void remove_leftovers(const std::filesystem::path& folder);

 private:
  void flush();
  void settle();

  std::filesystem::path place_, path_;
  std::FILE* stream_ = nullptr;
};

/// Throws Error(runtime): "PATH: WHAT: " and what errno says.
[[noreturn]] void fail_to_write(const std::filesystem::path& path, const char* what);

}  // namespace reprtune
