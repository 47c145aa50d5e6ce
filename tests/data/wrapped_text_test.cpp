#include <reprtune/data/wrapped_text.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(WrappedText, BreaksBetweenWords) {
  EXPECT_EQ(wrapped_text("  warning: one two three\nshort\n", 16), "  warning: one\n    two three\nshort\n");
  EXPECT_EQ(wrapped_text("a b c", 5), "a b c");
  EXPECT_EQ(wrapped_text("", 5), "");
}

TEST(WrappedText, AFactHangsBeneathItself) {
  EXPECT_EQ(wrapped_text("  tokens    median 8, longest 31", 24),
            "  tokens    median 8,\n            longest 31");
}

TEST(WrappedText, ALongWordStaysWhole) {
  EXPECT_EQ(wrapped_text("see https://example.org/a/b now", 10), "see\n  https://example.org/a/b\n  now");
}

TEST(WrappedText, CountsColumnsNotBytes) {
  EXPECT_EQ(wrapped_text("\xC3\xA4\xC3\xB6 \xC3\xBC", 4), "\xC3\xA4\xC3\xB6 \xC3\xBC");       // four columns
  EXPECT_EQ(wrapped_text("\xE6\x97\xA5\xE6\x9C\xAC x", 5), "\xE6\x97\xA5\xE6\x9C\xAC\n  x");  // wide: six
}

}  // namespace
}  // namespace reprtune
