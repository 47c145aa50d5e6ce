#include <reprtune/data/line_stream.h>

#include "slow_pipe.h"
#include "string_source.h"

#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& bytes, std::size_t piece = std::string::npos) {
  LineStream stream(string_source(bytes, piece));
  Lines lines;
  while (stream.next()) {
    lines.emplace_back(stream.line());
    EXPECT_EQ(stream.number(), lines.size());
    EXPECT_FALSE(stream.too_long());
  }
  return lines;
}

TEST(LineStreamTest, EveryLineEndAndNoneAtTheEnd) {
  for (std::size_t piece : {std::size_t{1}, std::size_t{2}, std::string::npos}) {
    EXPECT_EQ(lines_of("a\nb\r\nc\rd", piece), (Lines{"a", "b", "c", "d"}));
    EXPECT_EQ(lines_of("a\n\n\r\nb\n", piece), (Lines{"a", "", "", "b"}));
    EXPECT_EQ(lines_of("a\r\r\n", piece), (Lines{"a", ""}));
    EXPECT_EQ(lines_of("\n", piece), Lines{""});
    EXPECT_EQ(lines_of("", piece), Lines{});
  }
}

TEST(LineStreamTest, ALineIsThereAsSoonAsItsEndHasBeenRead) {
  for (const char* bytes : {"a\n", "a\r", "a\nb", "a\r\n"}) {
    LineStream stream(std::make_unique<SlowPipe>(bytes));
    ASSERT_TRUE(stream.next());
    EXPECT_EQ(stream.line(), "a");
  }
}

TEST(LineStreamTest, ItIsReadyWhileAWholeLineIsThereOrTheSourceIsReady) {
  for (const char* bytes : {"a\nb\n", "a\r\nb\r\nc", "\n\n", "a\rb\n"}) {
    SCOPED_TRACE(bytes);
    LineStream stream(std::make_unique<SlowPipe>(bytes));
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(stream.ready_within(std::chrono::milliseconds(0)));
      ASSERT_TRUE(stream.next());
    }
    EXPECT_FALSE(stream.ready_within(std::chrono::milliseconds(0)));
  }
}

TEST(LineStreamTest, OfALineBeyondTheLimitTheRestIsLeftOut) {
  constexpr std::size_t kLimit = std::size_t{16} << 20;
  LineStream stream(string_source(std::string(kLimit + 1, 'x') + "\nb\n"));
  ASSERT_TRUE(stream.next());
  EXPECT_TRUE(stream.too_long());
  EXPECT_LE(stream.line().size(), kLimit);
  ASSERT_TRUE(stream.next());
  EXPECT_FALSE(stream.too_long());
  EXPECT_EQ(stream.line(), "b");
  EXPECT_FALSE(stream.next());
}

}  // namespace
}  // namespace reprtune
