#pragma once

#include <reprtune/io/temporary_file.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

namespace reprtune {

/// Where a link leads, through links to links, be it there or not; the path itself where it is none. Throws
/// Error(runtime) when links lead round in a ring.
std::filesystem::path followed(const std::filesystem::path& link);

/// A file that appears whole or not at all: a TemporaryFile until commit(). A device or pipe is written to
/// directly, and where the path is a link, what it leads to is written. Throws Error(runtime), one line that
/// names the path, when the folder is missing or unwritable or the disk is full.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(std::string_view bytes);
  /// Overwrites bytes written earlier, for headers that are only known at the end.
  void write_at(std::size_t offset, std::string_view bytes);
  /// Flushes to the disk and renames into place.
  void commit();

 private:
  std::filesystem::path path_;
  std::optional<TemporaryFile> temporary_;  ///< absent for a device or a pipe
  std::FILE* file_ = nullptr;
};

/// Writes a small file at once, atomically.
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Waits until a file, or what a folder lists, is on the disk. Throws Error(runtime).
void sync_to_disk(const std::filesystem::path& path);

/// Behind the name of a folder that another has taken the place of, until it is deleted: nothing that anyone
/// would call a folder of their own.
inline constexpr const char* kReplacedFolder = ".replaced-by-reprtune";

/// Puts the finished folder `from` in the place of `to`: a rename when `to` does not exist, else an exchange
/// after which the old folder is deleted, by the name of `<to>.replaced-by-reprtune`. Everything in it is on
/// the disk before. Throws Error(runtime).
void replace_folder(const std::filesystem::path& from, const std::filesystem::path& to);

/// Deletes what a replace_folder() left of the old folder when its process was killed, if the new one is
/// there. Throws Error(runtime).
void remove_replaced(const std::filesystem::path& to);

}  // namespace reprtune
