#include <reprtune/data/display_text.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

constexpr const char* kBad = "\xEF\xBF\xBD";       // U+FFFD
constexpr const char* kEllipsis = "\xE2\x80\xA6";  // U+2026

TEST(DisplayText, KeepsOrdinaryText) {
  const std::string text = "caf\xC3\xA9 \xE7\xB4\xA2 \xF0\x9F\x98\x80 \xD7\xA9";
  EXPECT_EQ(display_text(text, 100), text);
  EXPECT_EQ(display_text("", 100), "");
}

TEST(DisplayText, CutsBetweenCharacters) {
  EXPECT_EQ(display_text("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 3), std::string("\xC3\xA9\xC3\xA9") + kEllipsis);
  EXPECT_EQ(display_text("\xC3\xA9\xC3\xA9\xC3\xA9", 3), "\xC3\xA9\xC3\xA9\xC3\xA9");
  EXPECT_EQ(display_text("ab", 1), kEllipsis);
  EXPECT_EQ(display_text("ab", 0), "");
}

TEST(DisplayText, ReplacesWhatCouldDoHarm) {
  EXPECT_EQ(display_text(std::string("a\0b", 3), 9), std::string("a") + kBad + "b");
  EXPECT_EQ(display_text("\x1b[31m", 9), std::string(kBad) + "[31m");
  EXPECT_EQ(display_text("a\tb\r\nc", 9), "a b  c");
  EXPECT_EQ(display_text("\xE2\x80\xAE", 9), kBad);  // right-to-left override
  EXPECT_EQ(display_text("\xC2\x9B\x7f", 9), std::string(kBad) + kBad);
}

TEST(DisplayText, ReplacesMalformedBytes) {
  EXPECT_EQ(display_text("\xFF", 9), kBad);
  EXPECT_EQ(display_text("a\xC3", 9), std::string("a") + kBad);
  EXPECT_EQ(display_text("\xC0\xAF", 9), std::string(kBad) + kBad);             // overlong slash
  EXPECT_EQ(display_text("\xED\xA0\x80", 9), std::string(kBad) + kBad + kBad);  // surrogate
  EXPECT_EQ(display_text("\xC3(", 9), std::string(kBad) + "(");
}

TEST(DisplayText, WidthCountsColumns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("\xE7\xB4\xA2\xE5\xBC\x95"), 4u);  // two ideographs
  EXPECT_EQ(display_width("e\xCC\x81"), 1u);                 // e and a combining accent
  EXPECT_EQ(display_width("\xF0\x9F\x98\x80"), 2u);          // emoji
}

TEST(DisplayText, CellIsExactlyAsWide) {
  EXPECT_EQ(display_cell("ab", 4), "ab  ");
  EXPECT_EQ(display_cell("abcdef", 4), std::string("abc") + kEllipsis);
  EXPECT_EQ(display_cell("\xE7\xB4\xA2\xE5\xBC\x95", 4), "\xE7\xB4\xA2\xE5\xBC\x95");
  EXPECT_EQ(display_cell("\xE7\xB4\xA2\xE5\xBC\x95", 3), std::string("\xE7\xB4\xA2") + kEllipsis);
  EXPECT_EQ(display_width(display_cell("\xE7\xB4\xA2\xE5\xBC\x95", 2)), 2u);
  EXPECT_EQ(display_cell("abc", 0), "");
}

}  // namespace
}  // namespace reprtune
