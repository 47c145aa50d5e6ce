#include <reprtune/io/byte_source.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace reprtune {
namespace {

constexpr std::size_t kMaxRead = std::size_t{1}
                                 << 30;  // read() and gzread() count in signed 32 bits on some systems
constexpr unsigned kGzipBuffer = 1u << 18;

[[noreturn]] void fail(const std::string& name, const std::string& what) {
  throw Error(ErrorKind::data, name + ": " + what);
}

/// A file descriptor, closed at the end unless it is standard input.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

Descriptor open_descriptor(const std::filesystem::path& file) {
  Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) fail(file.string(), "no such file");
    fail(file.string(), std::string("cannot be opened: ") + std::strerror(errno));
  }
  struct stat status {};
  if (::fstat(descriptor.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    fail(file.string(), "expected a file, found a folder");
  }
  return descriptor;
}

class PlainSource final : public ByteSource {
 public:
  PlainSource(std::string name, Descriptor descriptor)
      : name_(std::move(name)), descriptor_(std::move(descriptor)) {}

  std::size_t read(std::span<char> buffer) override {
    while (!ended_) {  // asked again after its end, a terminal would wait for more
      const ssize_t count = ::read(descriptor_.get(), buffer.data(), std::min(buffer.size(), kMaxRead));
      if (count > 0) return static_cast<std::size_t>(count);
      if (count == 0) {
        ended_ = true;
        break;
      }
      if (errno != EINTR) fail(name_, std::string("cannot be read: ") + std::strerror(errno));
    }
    return 0;
  }

 private:
  std::string name_;
  Descriptor descriptor_;
  bool ended_ = false;
};

class GzipSource final : public ByteSource {
 public:
  GzipSource(std::string name, Descriptor descriptor) : name_(std::move(name)) {
    file_ = gzdopen(descriptor.get(), "rb");
    if (file_ == nullptr) fail(name_, "cannot be opened: out of memory");
    descriptor.release();
    gzbuffer(file_, kGzipBuffer);
    if (gzdirect(file_) != 0) {
      const int first = gzgetc(file_);
      gzclose_r(file_);
      fail(name_,
           first < 0
               ? "expected gzip data, found an empty file"
               : "expected gzip data, found something else (take the .gz off its name if it is plain text)");
    }
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  ~GzipSource() override { gzclose_r(file_); }

  std::size_t read(std::span<char> buffer) override {
    const int count = gzread(file_, buffer.data(), static_cast<unsigned>(std::min(buffer.size(), kMaxRead)));
    int code = Z_OK;
    const char* message = gzerror(file_, &code);
    if (code == Z_BUF_ERROR) fail(name_, "the gzip data ends too early (was the file copied completely?)");
    if (count < 0) {
      const std::string_view reason = message;  // "<fd:5>: invalid block type"
      const auto colon = reason.find(": ");
      fail(name_, "broken gzip data: " + std::string(reason.substr(colon == reason.npos ? 0 : colon + 2)));
    }
    return static_cast<std::size_t>(count);
  }

 private:
  std::string name_;
  gzFile file_ = nullptr;
};

bool is_gzip(const std::filesystem::path& file) {
  return file.extension() == ".gz" || file.extension() == ".GZ";
}

}  // namespace

std::uint64_t expected_bytes(const std::filesystem::path& file) {
  std::error_code error;
  if (file == "-" || is_gzip(file) || !std::filesystem::is_regular_file(file, error)) return 0;
  const auto size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

std::unique_ptr<ByteSource> open_byte_source(const std::filesystem::path& file) {
  std::string name = byte_source_name(file);
  if (file == "-") return std::make_unique<PlainSource>(std::move(name), Descriptor(STDIN_FILENO));
  Descriptor descriptor = open_descriptor(file);
  if (is_gzip(file)) return std::make_unique<GzipSource>(std::move(name), std::move(descriptor));
  return std::make_unique<PlainSource>(std::move(name), std::move(descriptor));
}

std::string byte_source_name(const std::filesystem::path& file) {
  return file == "-" ? "stdin" : file.string();
}

}  // namespace reprtune
