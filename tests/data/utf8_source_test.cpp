#include <reprtune/data/utf8_source.h>

#include "../model/error_of.h"
#include "slow_pipe.h"
#include "string_source.h"

#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using std::string_literals::operator""s;

/// What comes out of the source of these bytes, read in pieces of `size`.
std::string read_all(const std::string& bytes, std::size_t chunk, std::size_t size) {
  const auto source = utf8_source(string_source(bytes, chunk), "rows.csv");
  std::string read, buffer(size, '\0');
  while (const std::size_t count = source->read(buffer)) read.append(buffer, 0, count);
  return read;
}

std::string refusal(const std::string& bytes) {
  return error_of(ErrorKind::data, [&] { utf8_source(string_source(bytes), "rows.csv"); });
}

TEST(Utf8SourceTest, BytesComeThroughWithoutTheirMarkHoweverTheyArrive) {
  const std::string text =
      "Gr\xC3\xBC\xC3\x9F"
      "e,1\n" +
      std::string(10'000, 'x');
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, std::string::npos}) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{4096}}) {
      EXPECT_EQ(read_all(text, chunk, size), text);
      EXPECT_EQ(read_all("\xEF\xBB\xBF" + text, chunk, size), text);
    }
  }
  EXPECT_EQ(read_all("a", 1, 8), "a");
  EXPECT_EQ(read_all("\xEF\xBB\xBF", 1, 8), "");
}

TEST(Utf8SourceTest, NoMoreIsWaitedForThanMayBeAMark) {
  for (const std::string text : {"a\n", "P\n", "a", "PAR?"}) {
    const auto source = utf8_source(std::make_unique<SlowPipe>(text), "stdin");  // fails if asked for more
    std::string read(8, '\0');
    read.resize(source->read(read));
    EXPECT_EQ(read, text);
  }
  utf8_source(std::make_unique<SlowPipe>("\xEF\xBB\xBF"), "stdin");
}

TEST(Utf8SourceTest, OtherFormatsAreNamed) {
  EXPECT_EQ(refusal(""), "rows.csv: expected rows of text, found an empty file");
  for (const auto& [bytes, word] : {std::pair("\xFF\xFE"
                                              "a\0"s,
                                              "UTF-16"),
                                    {"\xFE\xFF\0a"s, "UTF-16"},
                                    {"a\0b\0c\0d\0"s, "UTF-16"},
                                    {"PK\x03\x04..."s, "zip"},
                                    {"\x1F\x8B\x08"s, "gzip"},
                                    {"PAR1"s, "Parquet"},
                                    {"%PDF-1.7"s, "PDF"},
                                    {"\0\0\0\0abcdefgh"s, "binary"}}) {
    const std::string message = refusal(bytes);
    EXPECT_TRUE(message.starts_with("rows.csv: expected UTF-8 text, found ")) << message;
    EXPECT_NE(message.find(word), std::string::npos) << message;
  }
}

TEST(Utf8SourceTest, ANulAmongTextIsLeftToTheRowThatHasIt) {
  EXPECT_EQ(read_all("a\0b,1\n"s, 1, 8), "a\0b,1\n"s);
}

}  // namespace
}  // namespace reprtune
