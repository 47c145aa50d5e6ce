#include <reprtune/io/byte_sink.h>
#include <reprtune/io/error.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reprtune {
namespace {

class ByteSinkTest : public testing::Test {
 protected:
  ByteSinkTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "reprtune-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ByteSinkTest() override { std::filesystem::remove_all(folder_); }

  static std::string contents(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::filesystem::path folder_;
};

/// Standard output led into another descriptor for as long as this lives; SIGPIPE is ignored meanwhile, as in
/// the tools.
class RedirectedOutput {
 public:
  explicit RedirectedOutput(int target)
      : saved_(::dup(STDOUT_FILENO)), old_action_(std::signal(SIGPIPE, SIG_IGN)) {
    ::dup2(target, STDOUT_FILENO);
  }
  RedirectedOutput(const RedirectedOutput&) = delete;
  RedirectedOutput& operator=(const RedirectedOutput&) = delete;
  ~RedirectedOutput() {
    ::dup2(saved_, STDOUT_FILENO);
    ::close(saved_);
    std::signal(SIGPIPE, old_action_);
  }

 private:
  int saved_;
  void (*old_action_)(int);
};

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::runtime);
    return error.what();
  }
  return "no error";
}

TEST_F(ByteSinkTest, FileAppearsAtCommitWithItsHeaderPatched) {
  const auto file = folder_ / "out.bin";
  const auto sink = open_byte_sink(file);
  EXPECT_TRUE(sink->seekable());
  sink->write("????,");
  sink->write("body");
  sink->flush();
  EXPECT_FALSE(std::filesystem::exists(file));
  sink->write_at(1, "ab");
  sink->write("!");
  sink->commit();
  EXPECT_EQ(contents(file), "?ab?,body!");
}

TEST_F(ByteSinkTest, UncommittedFileLeavesNothing) {
  open_byte_sink(folder_ / "out.bin")->write("half");
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(ByteSinkTest, NamesStandardOutput) {
  for (const char* path : {"", "-", "/dev/stdout", "/proc/self/fd/1"})
    EXPECT_EQ(byte_sink_name(path), "stdout");
  EXPECT_EQ(byte_sink_name("out.csv"), "out.csv");
}

TEST_F(ByteSinkTest, StandardOutputIsBufferedUntilFlushed) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK), 0);
  char byte = 0;
  {
    const RedirectedOutput redirected(ends[1]);
    const auto sink = open_byte_sink("-");
    EXPECT_FALSE(sink->seekable());
    sink->write("x");
    EXPECT_EQ(::read(ends[0], &byte, 1), -1);
    sink->flush();
    EXPECT_EQ(::read(ends[0], &byte, 1), 1);
    EXPECT_EQ(byte, 'x');
    sink->write("y");
    sink->commit();
    EXPECT_EQ(::read(ends[0], &byte, 1), 1);
  }
  EXPECT_EQ(byte, 'y');
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(ByteSinkTest, WritesMoreThanAPipeHoldsEvenNonBlocking) {
  std::string sent;
  for (int i = 0; i < 100000; ++i) sent += std::to_string(i) + '\n';
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  std::string received;
  std::thread reader([&] {
    char buffer[4096];
    for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
      received.append(buffer, static_cast<std::size_t>(count));
  });
  {
    const RedirectedOutput redirected(ends[1]);
    ::close(ends[1]);
    const auto sink = open_byte_sink("-");
    sink->write(sent.substr(0, 10));
    sink->write(sent.substr(10, 300000));
    for (std::size_t at = 300010; at < sent.size(); at += 999)
      sink->write(std::string_view(sent).substr(at, 999));
    sink->commit();
  }
  reader.join();
  ::close(ends[0]);
  EXPECT_EQ(received, sent);
}

TEST_F(ByteSinkTest, PipeWithoutReaderIsNotAnError) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  {
    const RedirectedOutput redirected(ends[1]);
    const auto sink = open_byte_sink("-");
    sink->write("lost");
    EXPECT_THROW(sink->flush(), BrokenPipe);
  }
  ::close(ends[1]);
}

TEST_F(ByteSinkTest, FullStandardOutputIsAnError) {
  const int full = ::open("/dev/full", O_WRONLY);
  if (full < 0) GTEST_SKIP() << "no /dev/full";
  const std::string message = [&] {
    const RedirectedOutput redirected(full);
    const auto sink = open_byte_sink("-");
    sink->write("lost");
    return error_of([&] { sink->commit(); });
  }();
  ::close(full);
  EXPECT_EQ(message, "stdout: could not be written: No space left on device");
}

TEST_F(ByteSinkTest, FullDeviceIsAnErrorThatNamesIt) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  const auto sink = open_byte_sink("/dev/full");
  EXPECT_FALSE(sink->seekable());
  sink->write("lost");
  EXPECT_EQ(error_of([&] { sink->commit(); }), "/dev/full: could not be written: No space left on device");
}

TEST_F(ByteSinkTest, NamedPipeIsWrittenToDirectly) {
  const auto fifo = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  const auto sink = open_byte_sink(fifo);
  sink->write("hello");
  sink->commit();
  char buffer[8];
  EXPECT_EQ(::read(reader, buffer, sizeof buffer), 5);
  ::close(reader);
  EXPECT_TRUE(std::filesystem::is_fifo(fifo));
}

TEST_F(ByteSinkTest, UnwritablePathIsAnErrorAtOnce) {
  const auto file = folder_ / "file";
  std::ofstream(file) << "x";
  EXPECT_EQ(error_of([&] { open_byte_sink(file / "out.csv"); }),
            (file / "out.csv").string() + ": cannot be written: Not a directory");
  EXPECT_EQ(error_of([&] { open_byte_sink(folder_); }),
            folder_.string() + ": is a folder, expected a file to write to");
}

}  // namespace
}  // namespace reprtune
