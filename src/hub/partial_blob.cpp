#include "partial_blob.h"

#include <reprtune/io/error.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reprtune {

DownloadLock::DownloadLock(const std::filesystem::path& path, const std::function<void()>& tick)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (file_ < 0)
    throw Error(ErrorKind::runtime, path.string() + ": cannot be written: " + std::strerror(errno));
  while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return;  // a file system without locks: the checksum decides
    try {
      tick();
    } catch (...) {
      ::close(file_);
      throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

DownloadLock::~DownloadLock() { ::close(file_); }

PartialBlob::PartialBlob(const std::filesystem::path& blob)
    : blob_(blob),
      path_(blob.string() + ".incomplete"),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  struct stat status = {};
  if (file_ < 0 || ::fstat(file_, &status) != 0) fail();
  size_ = static_cast<std::uint64_t>(status.st_size);
}

PartialBlob::~PartialBlob() {
  if (file_ >= 0) ::close(file_);
}

void PartialBlob::restart() {
  if (::ftruncate(file_, 0) != 0) fail();
  size_ = 0;
}

void PartialBlob::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail();
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
}

void PartialBlob::commit() {
  if (::fsync(file_) != 0 || ::rename(path_.c_str(), blob_.c_str()) != 0) fail();
}

void PartialBlob::fail() const {
  const int code = errno;
  throw Error(ErrorKind::runtime,
              path_.string() + ": could not be written: " + std::strerror(code) +
                  (code == ENOSPC ? " (free some space, or set HF_HUB_CACHE to a folder elsewhere)" : ""));
}

}  // namespace reprtune
