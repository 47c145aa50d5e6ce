#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/io/new_file.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace reprtune {
namespace {

/// "train.csv.gz" as "train-2.csv.gz".
std::string numbered(const std::string& name, int number) {
  std::size_t stem = name.rfind('.');
  if (stem == std::string::npos || stem == 0) stem = name.size();
  if (name.ends_with(".gz") && stem > 0) {
    const std::size_t inner = name.rfind('.', stem - 1);
    if (inner != std::string::npos && inner > 0) stem = inner;
  }
  return name.substr(0, stem) + "-" + std::to_string(number) + name.substr(stem);
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

}  // namespace

NewFile::NewFile(const std::filesystem::path& folder, std::string name)
    : folder_(folder),
      name_(std::move(name)),
      hidden_((folder / (".reprtune-" + std::to_string(std::random_device()()))).string()),
      file_(::open(hidden_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
  if (file_ < 0) fail("cannot be written");
}

NewFile::~NewFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(hidden_.c_str());
}

void NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("could not be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string NewFile::commit() {
  if (::fsync(file_) != 0) fail("could not be written");
  std::string name = name_;
  int number = 2;
  while (const int code = rename_to_free(hidden_, folder_ / name)) {
    if (code != EEXIST) {
      errno = code;
      fail("could not be put in place");
    }
    name = numbered(name_, number++);
  }
  ::close(std::exchange(file_, -1));
  sync_to_disk(folder_);
  return name;
}

void NewFile::fail(const char* what) const {
  throw Error(ErrorKind::runtime, (folder_ / name_).string() + ": " + what + ": " + std::strerror(errno));
}

}  // namespace reprtune
