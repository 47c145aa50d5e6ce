#include <reprtune/data/line_stream.h>

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
  /// A pipe that has given one line and would keep its reader waiting for the next.
  class SlowPipe final : public ByteSource {
   public:
    std::size_t read(std::span<char> buffer) override {
      EXPECT_FALSE(given_) << "was asked for more before the line was delivered";
      given_ = true;
      buffer[0] = 'a';
      buffer[1] = '\n';
      return 2;
    }

   private:
    bool given_ = false;
  };
  LineStream stream(std::make_unique<SlowPipe>());
  ASSERT_TRUE(stream.next());
  EXPECT_EQ(stream.line(), "a");
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
