#include <reprtune/data/utf8.h>

#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(Utf8Test, EveryCodePointSurvivesARoundTrip) {
  for (char32_t c = 1; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    const std::string bytes = encode_utf8(c);
    ASSERT_FALSE(find_invalid_utf8(bytes)) << static_cast<unsigned>(c);
    const CodePoint back = decode_utf8(bytes, 0);
    ASSERT_EQ(back.value, c);
    ASSERT_EQ(back.length, bytes.size());
  }
}

TEST(Utf8Test, FindsTheFirstBadByte) {
  EXPECT_EQ(find_invalid_utf8(""), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("plain ASCII, longer than a word of eight"), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("0123456789\xE9 and more"), 10u);
  for (const char* bad :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8", "\xFF", "\xC3\xC3"}) {
    EXPECT_EQ(find_invalid_utf8(std::string("é") + bad), 2u);
  }
}

TEST(Utf8Test, BadBytesDecodeToReplacementCharacters) {
  EXPECT_EQ(decode_utf8("\xE9x", 0).value, U'\uFFFD');
  EXPECT_EQ(decode_utf8("\xE9x", 0).length, 1u);
  EXPECT_EQ(encode_utf8(0xD800), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace reprtune
