#include <reprtune/io/byte_source.h>
#include <reprtune/io/error.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace reprtune {
namespace {

class ByteSourceTest : public testing::Test {
 protected:
  ByteSourceTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "reprtune-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ByteSourceTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }

  std::filesystem::path write_gzip(const std::string& name, const std::string& bytes) const {
    gzFile file = gzopen((folder_ / name).c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return folder_ / name;
  }

  std::string gzip(const std::string& bytes) const {
    std::ifstream file(write_gzip("member.gz", bytes), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static std::string read_all(const std::filesystem::path& file, std::size_t chunk = 7) {
    const auto source = open_byte_source(file);
    std::string all;
    std::string buffer(chunk, '\0');
    while (const std::size_t count = source->read(buffer)) all.append(buffer, 0, count);
    return all;
  }

  static std::string error_of(const std::filesystem::path& file) {
    try {
      read_all(file);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      return error.what();
    }
    return "no error";
  }

  std::filesystem::path folder_;
};

std::string numbers() {
  std::string bytes;
  for (int i = 0; i < 20000; ++i) bytes += std::to_string(i) + '\n' + '\0';
  return bytes;
}

TEST_F(ByteSourceTest, ReadsPlainBytes) {
  EXPECT_EQ(read_all(write("a.csv", numbers())), numbers());
  EXPECT_EQ(read_all(write("empty.csv", "")), "");
}

TEST_F(ByteSourceTest, ReadsGzip) { EXPECT_EQ(read_all(write_gzip("a.csv.gz", numbers()), 4096), numbers()); }

TEST_F(ByteSourceTest, KnowsHowMuchAFileWillGive) {
  EXPECT_EQ(expected_bytes(write("a.csv", numbers())), numbers().size());
  EXPECT_EQ(expected_bytes(write_gzip("a.csv.gz", numbers())), 0U);
  EXPECT_EQ(expected_bytes("-"), 0U);
  EXPECT_EQ(expected_bytes("/dev/null"), 0U);
  EXPECT_EQ(expected_bytes("no/such/file"), 0U);
}

TEST_F(ByteSourceTest, ReadsGzipOfSeveralMembers) {
  EXPECT_EQ(read_all(write("c.gz", gzip("one,") + gzip("two"))), "one,two");
  EXPECT_EQ(read_all(write("d.gz", gzip("") + gzip("") + gzip("three"))), "three");
  EXPECT_EQ(read_all(write("e.gz", gzip(""))), "");
}

TEST_F(ByteSourceTest, ReadsGzipWithZerosBehindIt) {
  EXPECT_EQ(read_all(write("tape.gz", gzip("one") + std::string(500'000, '\0'))), "one");
}

TEST_F(ByteSourceTest, RefusesWhatFollowsGzip) {
  const std::string found = ": expected the end of the gzip data, found other bytes behind it";
  for (const std::string& rest : {std::string("more,rows\n"), std::string("\0\0x", 3), std::string("\x1f")}) {
    const auto file = write("a.csv.gz", gzip("text,label\n") + rest);
    EXPECT_EQ(error_of(file).find(file.string() + found), 0U) << error_of(file);
  }
}

TEST_F(ByteSourceTest, RefusesTruncatedGzip) {
  const auto file = write_gzip("a.csv.gz", numbers());
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 20);
  EXPECT_NE(error_of(file).find("a.csv.gz: the gzip data ends too early"), std::string::npos)
      << error_of(file);
}

TEST_F(ByteSourceTest, RefusesCorruptGzip) {
  const auto file = write_gzip("a.csv.gz", numbers());
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(2000);
  bytes << "corrupt corrupt corrupt";
  bytes.close();
  EXPECT_NE(error_of(file).find("a.csv.gz: broken gzip data"), std::string::npos) << error_of(file);
}

TEST_F(ByteSourceTest, RefusesPlainTextNamedGzip) {
  EXPECT_NE(error_of(write("a.csv.gz", "text,label\n")).find("expected gzip data, found something else"),
            std::string::npos);
  EXPECT_NE(error_of(write("b.csv.gz", "")).find("expected gzip data, found an empty file"),
            std::string::npos);
}

TEST_F(ByteSourceTest, RefusesMissingFilesAndFolders) {
  const auto missing = folder_ / "missing.csv";
  EXPECT_EQ(error_of(missing), missing.string() + ": no such file");
  EXPECT_EQ(error_of(folder_), folder_.string() + ": expected a file, found a folder");
}

TEST_F(ByteSourceTest, RefusesUnreadableFiles) {
  const auto file = write("secret.csv", "a,b\n");
  std::filesystem::permissions(file, std::filesystem::perms::none);
  if (::geteuid() == 0) GTEST_SKIP() << "the administrator may read anything";
  EXPECT_NE(error_of(file).find("cannot be opened"), std::string::npos);
}

TEST_F(ByteSourceTest, APipeIsReadyWhenItHoldsSomethingOrHasEnded) {
  constexpr std::chrono::milliseconds kNow{0};
  const std::filesystem::path path = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int writer = ::open(path.c_str(), O_RDWR);  // opened for writing alone, it would wait for a reader
  ASSERT_GE(writer, 0);
  const auto source = open_byte_source(path);
  EXPECT_FALSE(source->ready_within(kNow));
  ASSERT_EQ(::write(writer, "ab", 2), 2);
  EXPECT_TRUE(source->ready_within(kNow));
  char byte = 0;
  ASSERT_EQ(source->read({&byte, 1}), 1U);
  EXPECT_TRUE(source->ready_within(kNow));
  ASSERT_EQ(source->read({&byte, 1}), 1U);
  EXPECT_FALSE(source->ready_within(kNow));
  ::close(writer);
  EXPECT_TRUE(source->ready_within(kNow));
  EXPECT_EQ(source->read({&byte, 1}), 0U);
  EXPECT_TRUE(source->ready_within(kNow));
}

TEST_F(ByteSourceTest, AFileIsAlwaysReady) {
  for (const auto& path : {write("a.csv", "a"), write("empty.csv", ""), write_gzip("a.csv.gz", numbers())}) {
    const auto source = open_byte_source(path);
    char buffer[4096];
    do {
      EXPECT_TRUE(source->ready_within(std::chrono::milliseconds(0))) << path;
    } while (source->read(buffer) > 0);
    EXPECT_TRUE(source->ready_within(std::chrono::milliseconds(0))) << path;
  }
}

TEST_F(ByteSourceTest, NamesStandardInput) {
  EXPECT_EQ(byte_source_name("-"), "stdin");
  EXPECT_EQ(byte_source_name("some/train.csv"), "some/train.csv");
}

}  // namespace
}  // namespace reprtune
