#include <reprtune/io/atomic_file.h>
#include <reprtune/io/byte_sink.h>
#include <reprtune/io/error.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace reprtune {
namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 16;

class FileSink final : public ByteSink {
 public:
  explicit FileSink(const std::filesystem::path& path) : file_(path) {}

  void write(std::string_view bytes) override { file_.write(bytes); }
  void write_at(std::size_t offset, std::string_view bytes) override { file_.write_at(offset, bytes); }
  bool seekable() const override { return true; }
  void flush() override {}
  void commit() override { file_.commit(); }

 private:
  AtomicFile file_;
};

/// Standard output, a device or a named pipe.
class StreamSink final : public ByteSink {
 public:
  /// Closes `descriptor` at the end unless it is standard output.
  StreamSink(std::string name, int descriptor) : name_(std::move(name)), descriptor_(descriptor) {
    buffer_.reserve(kBufferSize);
  }
  StreamSink(const StreamSink&) = delete;
  StreamSink& operator=(const StreamSink&) = delete;
  ~StreamSink() override {
    if (descriptor_ != STDOUT_FILENO) ::close(descriptor_);
  }

  void write(std::string_view bytes) override {
    if (buffer_.size() + bytes.size() > kBufferSize) flush();
    if (bytes.size() > kBufferSize) {
      write_through(bytes);
    } else {
      buffer_.append(bytes);
    }
  }

  void write_at(std::size_t, std::string_view) override { assert(!"a stream has no earlier bytes"); }
  bool seekable() const override { return false; }

  void flush() override {
    write_through(buffer_);
    buffer_.clear();
  }

  void commit() override { flush(); }

 private:
  void write_through(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno == EAGAIN) {
        wait_until_writable();
      } else if (errno == EPIPE) {
        throw BrokenPipe(name_);
      } else if (errno != EINTR) {
        throw Error(ErrorKind::runtime, name_ + ": could not be written: " + std::strerror(errno));
      }
    }
  }

  /// Another program may have made the pipe it shares with us non-blocking.
  void wait_until_writable() const {
    pollfd waiting{descriptor_, POLLOUT, 0};
    ::poll(&waiting, 1, -1);
  }

  std::string name_;
  int descriptor_;
  std::string buffer_;
};

/// The names under which a system offers standard output as a file. Opened anew, they would start at its
/// beginning, and renamed over, they would be gone.
bool is_standard_output(const std::filesystem::path& path) {
  return path.empty() || path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" ||
         path == "/proc/self/fd/1";
}

/// What is there already and cannot be replaced by renaming.
bool is_stream(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (!std::filesystem::exists(status) || std::filesystem::is_directory(status)) return false;
  const std::filesystem::path folder = path.parent_path();
  return !std::filesystem::is_regular_file(status) || folder == "/dev" || folder == "/dev/fd" ||
         folder == "/proc/self/fd";
}

}  // namespace

std::unique_ptr<ByteSink> open_byte_sink(const std::filesystem::path& path) {
  if (is_standard_output(path)) return std::make_unique<StreamSink>(byte_sink_name(path), STDOUT_FILENO);
  if (!is_stream(path)) return std::make_unique<FileSink>(path);
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) {
    throw Error(ErrorKind::runtime, path.string() + ": cannot be written: " + std::strerror(errno));
  }
  return std::make_unique<StreamSink>(byte_sink_name(path), descriptor);
}

std::string byte_sink_name(const std::filesystem::path& path) {
  return is_standard_output(path) ? "stdout" : path.string();
}

}  // namespace reprtune
