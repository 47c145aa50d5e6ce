#include <reprtune/io/byte_source.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace reprtune {
namespace {

constexpr std::size_t kMaxRead = std::size_t{1} << 30;  // read() counts in signed 32 bits on some systems
constexpr std::size_t kGzipBuffer = std::size_t{1} << 18;

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

  bool ready_within(std::chrono::milliseconds patience) override {
    pollfd waiting{descriptor_.get(), POLLIN, 0};  // an end or an error counts as something to read
    return ended_ || ::poll(&waiting, 1, static_cast<int>(patience.count())) > 0;
  }

 private:
  std::string name_;
  Descriptor descriptor_;
  bool ended_ = false;
};

/// The state of zlib, from its beginning to its end.
class Inflater {
 public:
  explicit Inflater(const std::string& name) {
    constexpr int kGzipOnly = 16;  // added to the logarithm of the window's size
    if (inflateInit2(&stream, MAX_WBITS + kGzipOnly) != Z_OK) fail(name, "cannot be opened: out of memory");
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream); }

  z_stream stream = {};
};

/// What the members of a gzip file hold, end to end.
class GzipSource final : public ByteSource {
 public:
  GzipSource(std::string name, Descriptor descriptor)
      : name_(std::move(name)), file_(name_, std::move(descriptor)), inflater_(name_) {
    stream_.next_in = reinterpret_cast<Bytef*>(compressed_.data());
    if (is_at_member()) return;
    fail(name_, stream_.avail_in == 0
                    ? "expected gzip data, found an empty file"
                    : "expected gzip data, found something else (take the .gz off its name if it is plain "
                      "text)");
  }

  std::size_t read(std::span<char> buffer) override {
    const std::size_t size = std::min(buffer.size(), kMaxRead);
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size && !ended_) inflate_some();
    return size - stream_.avail_out;
  }

  bool ready_within(std::chrono::milliseconds patience) override {
    return ended_ || stream_.avail_in > 0 || file_.ready_within(patience);
  }

 private:
  void inflate_some() {
    if (stream_.avail_in == 0 && !read_more())
      fail(name_, "the gzip data ends too early (was the file copied completely?)");
    const int code = inflate(&stream_, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      end_member();
    } else if (code != Z_OK) {
      fail(name_, std::string("broken gzip data: ") + (stream_.msg != nullptr ? stream_.msg : zError(code)));
    }
  }

  void end_member() {
    if (is_at_member()) {
      inflateReset(&stream_);
    } else {
      require_only_zeros();
      ended_ = true;
    }
  }

  /// Whether the next bytes are those that a member begins with.
  bool is_at_member() {
    while (stream_.avail_in < 2 && read_more()) {
    }
    return stream_.avail_in >= 2 && stream_.next_in[0] == 0x1f && stream_.next_in[1] == 0x8b;
  }

  /// Zeros may fill up the last block of a tape.
  void require_only_zeros() {
    do {
      const std::span bytes(stream_.next_in, stream_.avail_in);
      if (std::any_of(bytes.begin(), bytes.end(), [](Bytef byte) { return byte != 0; })) {
        fail(name_,
             "expected the end of the gzip data, found other bytes behind it (compress what was appended)");
      }
      stream_.avail_in = 0;
    } while (read_more());
  }

  /// Adds bytes of the file to those that are not inflated yet; false at its end.
  bool read_more() {
    std::memmove(compressed_.data(), stream_.next_in, stream_.avail_in);
    const std::size_t count = file_.read(std::span(compressed_).subspan(stream_.avail_in));
    stream_.next_in = reinterpret_cast<Bytef*>(compressed_.data());
    stream_.avail_in += static_cast<uInt>(count);
    return count > 0;
  }

  std::string name_;
  PlainSource file_;
  Inflater inflater_;
  z_stream& stream_ = inflater_.stream;
  std::vector<char> compressed_ = std::vector<char>(kGzipBuffer);
  bool ended_ = false;
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
