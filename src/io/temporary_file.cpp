#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/io/temporary_file.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reprtune {
namespace {

constexpr const char* kSuffix = ".partial-";

/// A name beside `place` that nobody has, no longer than names may be.
std::filesystem::path unused_name(const std::filesystem::path& place) {
  constexpr std::size_t kLongestName = 255;
  const std::string suffix = kSuffix + std::to_string(std::random_device()());
  return place.parent_path() / (place.filename().string().substr(0, kLongestName - suffix.size()) + suffix);
}

/// 0 when `from` is now `to`, else why not: EEXIST when there is something of that name.
int rename_to_free(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL) return errno;
  // A file system that cannot: a second name, then away with the first.
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  ::unlink(from.c_str());
  return 0;
}

/// Makes and opens a file that was not there; -1 and errno when that fails.
int open_new(const std::filesystem::path& path, std::optional<std::filesystem::perms> permissions) {
  const auto mode = permissions ? static_cast<mode_t>(*permissions) : 0666U;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file >= 0 && permissions) ::fchmod(file, mode);  // the umask has taken from them
  return file;
}

}  // namespace

void fail_to_write(const std::filesystem::path& path, const char* what) {
  throw Error(ErrorKind::runtime, path.string() + ": " + what + ": " + std::strerror(errno));
}

TemporaryFile::TemporaryFile(const std::filesystem::path& place,
                             std::optional<std::filesystem::perms> permissions)
    : place_(place), path_(unused_name(place)) {
  const int file = open_new(path_, permissions);
  if (file >= 0) stream_ = ::fdopen(file, "wb");
  if (stream_ == nullptr) fail_to_write(place_, "cannot be written");
}

TemporaryFile::~TemporaryFile() {
  if (stream_ == nullptr) return;
  ::unlink(path_.c_str());
  std::fclose(stream_);
}

void TemporaryFile::replace() {
  flush();
  if (std::rename(path_.c_str(), place_.c_str()) != 0) fail_to_write(place_, "could not be written");
  settle();
}

bool TemporaryFile::take(const std::filesystem::path& place) {
  flush();
  if (const int code = rename_to_free(path_, place)) {
    if (code == EEXIST) return false;
    errno = code;
    fail_to_write(place, "could not be written");
  }
  settle();
  return true;
}

void TemporaryFile::flush() {
  if (std::fflush(stream_) != 0 || ::fsync(fileno(stream_)) != 0)
    fail_to_write(place_, "could not be written");
}

/// What there is to do once it has its place.
void TemporaryFile::settle() {
  std::fclose(std::exchange(stream_, nullptr));
  sync_to_disk(place_.has_parent_path() ? place_.parent_path() : ".");
}

void TemporaryFile::remove_leftovers(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().filename().string().find(kSuffix) != std::string::npos)
      std::filesystem::remove(entry.path());
  }
}

}  // namespace reprtune
