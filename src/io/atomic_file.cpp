#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace reprtune {
namespace {

[[noreturn]] void fail_to_put(const std::filesystem::path& to, int code) {
  throw Error(ErrorKind::runtime, to.string() + ": could not be put in place: " + std::strerror(code));
}

/// All that is in the folder `from`, which is to become `to`.
void sync_all(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(from, unreadable)) {
    if (entry.is_regular_file() || entry.is_directory()) sync_to_disk(entry.path());
  }
  if (unreadable) fail_to_put(to, unreadable.value());
  sync_to_disk(from);
}

/// Where a folder goes that another takes the place of.
std::filesystem::path replaced_path(const std::filesystem::path& to) { return to.string() + kReplacedFolder; }

/// `from` becomes `to`, and what was there becomes `aside`.
void trade_places(const std::filesystem::path& from, const std::filesystem::path& to,
                  const std::filesystem::path& aside) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) {
    if (std::rename(from.c_str(), aside.c_str()) != 0) fail_to_put(to, errno);
    return;
  }
  // A file system without exchange: the old folder steps aside first, and comes back if the new one cannot
  // take its place.
  if (std::rename(to.c_str(), aside.c_str()) != 0) fail_to_put(to, errno);
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    const int code = errno;
    std::rename(aside.c_str(), to.c_str());
    fail_to_put(to, code);
  }
}

}  // namespace

std::filesystem::path followed(const std::filesystem::path& link) {
  constexpr int kMostLinks = 40;  // as the kernel
  std::filesystem::path path = link;
  std::error_code code;
  for (int i = 0; std::filesystem::is_symlink(path, code); ++i) {
    if (i == kMostLinks)
      throw Error(ErrorKind::runtime, link.string() + ": cannot be written: " + std::strerror(ELOOP));
    path = path.parent_path() / std::filesystem::read_symlink(path, code);
  }
  return path;
}

AtomicFile::AtomicFile(const std::filesystem::path& path) : path_(followed(path)) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path_, ignored)) {
    throw Error(ErrorKind::runtime, path_.string() + ": is a folder, expected a file to write to");
  }
  // A device or a named pipe (/dev/null, /dev/stdout) cannot be replaced by renaming: it is written to
  // directly.
  const auto status = std::filesystem::status(path_, ignored);
  if (!std::filesystem::exists(status)) {
    file_ = temporary_.emplace(path_).stream();
  } else if (std::filesystem::is_regular_file(status)) {
    constexpr auto kKept = std::filesystem::perms::all;  // not the bits that lend rights of the owner
    file_ = temporary_.emplace(path_, status.permissions() & kKept).stream();
  } else {
    file_ = std::fopen(path_.c_str(), "wb");
    if (file_ == nullptr) fail_to_write(path_, "cannot be written");
  }
}

AtomicFile::~AtomicFile() {
  if (file_ != nullptr && !temporary_) std::fclose(file_);
}

void AtomicFile::write(std::string_view bytes) {
  if (bytes.empty()) return;  // their address may be null
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size())
    fail_to_write(path_, "could not be written");
}

void AtomicFile::write_at(std::size_t offset, std::string_view bytes) {
  const long end = std::ftell(file_);
  if (end < 0 || std::fseek(file_, static_cast<long>(offset), SEEK_SET) != 0)
    fail_to_write(path_, "could not be written");
  write(bytes);
  if (std::fseek(file_, end, SEEK_SET) != 0) fail_to_write(path_, "could not be written");
}

void AtomicFile::commit() {
  std::FILE* file = std::exchange(file_, nullptr);
  if (temporary_)
    temporary_->replace();
  else if (std::fclose(file) != 0)
    fail_to_write(path_, "could not be written");
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void sync_to_disk(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  // EINVAL: a file system that does not do this for folders. EACCES: a folder that lets its files be written
  // but not listed.
  const bool good = file >= 0 ? ::fsync(file) == 0 || errno == EINVAL : errno == EACCES;
  const int code = errno;
  if (file >= 0) ::close(file);
  if (!good)
    throw Error(ErrorKind::runtime, path.string() + ": could not be written: " + std::strerror(code));
}

void replace_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
  sync_all(from, to);
  if (!std::filesystem::exists(to)) {
    if (std::rename(from.c_str(), to.c_str()) != 0) fail_to_put(to, errno);
  } else {
    remove_replaced(to);
    trade_places(from, to, replaced_path(to));
  }
  sync_to_disk(to.has_parent_path() ? to.parent_path() : ".");
  remove_replaced(to);
}

void remove_replaced(const std::filesystem::path& to) {
  const std::filesystem::path replaced = replaced_path(to);
  std::error_code code;
  if (std::filesystem::exists(to)) std::filesystem::remove_all(replaced, code);
  if (code) throw Error(ErrorKind::runtime, replaced.string() + ": could not be deleted: " + code.message());
}

}  // namespace reprtune
