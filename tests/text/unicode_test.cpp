#include <reprtune/text/unicode.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

std::u32string decode(std::string_view text) {
  std::u32string result;
  for (std::size_t position = 0; position < text.size();) result.push_back(next_code_point(text, position));
  return result;
}

std::u32string normalized(std::u32string_view text, DecompositionForm form) {
  std::u32string result;
  for (char32_t code_point : text) append_decomposed(code_point, form, result);
  put_in_canonical_order(result);
  return result;
}

TEST(Unicode, Utf8RoundTripOfEveryCodePoint) {
  for (char32_t code_point = 0; code_point < 0x110000; ++code_point) {
    if (code_point >= 0xD800 && code_point < 0xE000) continue;
    std::string bytes;
    append_utf8(code_point, bytes);
    std::size_t position = 0;
    ASSERT_EQ(next_code_point(bytes, position), code_point);
    ASSERT_EQ(position, bytes.size());
    ASSERT_EQ(count_code_points(bytes), 1U);
  }
}

TEST(Unicode, InvalidUtf8IsReplaced) {
  EXPECT_EQ(decode("a\xFF"
                   "b"),
            U"a\uFFFDb");
  EXPECT_EQ(decode("\x80"), U"\uFFFD");      // a continuation byte alone
  EXPECT_EQ(decode("\xE2\x82"), U"\uFFFD");  // cut short
  EXPECT_EQ(decode("\xE2\x82"
                   "a"),
            U"\uFFFDa");                             // the next character survives
  EXPECT_EQ(decode("\xC0\x80"), U"\uFFFD\uFFFD");    // overlong
  EXPECT_EQ(decode("\xE0\x80\x80"), U"\uFFFD");      // overlong
  EXPECT_EQ(decode("\xED\xA0\x80"), U"\uFFFD");      // a surrogate
  EXPECT_EQ(decode("\xF4\x90\x80\x80"), U"\uFFFD");  // above U+10FFFF
}

TEST(Unicode, Decompositions) {
  EXPECT_EQ(normalized(U"\u00E9", DecompositionForm::canonical), U"e\u0301");
  EXPECT_EQ(normalized(U"\u1E69", DecompositionForm::canonical), U"s\u0323\u0307");  // in two steps
  EXPECT_EQ(normalized(U"\uD55C\uAE00", DecompositionForm::canonical),
            U"\u1112\u1161\u11AB\u1100\u1173\u11AF");
  EXPECT_EQ(normalized(U"\uAC00", DecompositionForm::canonical), U"\u1100\u1161");  // no trailing consonant
  EXPECT_EQ(normalized(U"\uFB01", DecompositionForm::canonical), U"\uFB01");
  EXPECT_EQ(normalized(U"\uFB01\u00BD", DecompositionForm::compatibility), U"fi1\u20442");
  EXPECT_EQ(normalized(U"\u00E9", DecompositionForm::compatibility), U"e\u0301");
}

TEST(Unicode, MarksAreSortedByClassAndEqualsKeepTheirOrder) {
  EXPECT_EQ(normalized(U"a\u0301\u0323", DecompositionForm::canonical), U"a\u0323\u0301");  // 230, 220
  EXPECT_EQ(normalized(U"a\u0301\u0300", DecompositionForm::canonical), U"a\u0301\u0300");  // 230, 230
  EXPECT_EQ(normalized(U"a\u0301b\u0323", DecompositionForm::canonical),
            U"a\u0301b\u0323");                                                           // a starter between
  EXPECT_EQ(normalized(U"\u0301\u0323", DecompositionForm::canonical), U"\u0323\u0301");  // no starter at all
}

TEST(Unicode, LowerCase) {
  const auto lower = [](char32_t code_point) {
    std::u32string text;
    append_lower_case(code_point, text);
    return text;
  };
  EXPECT_EQ(lower(U'A'), U"a");
  EXPECT_EQ(lower(U'['), U"[");
  EXPECT_EQ(lower(U'\u00C0'), U"\u00E0");
  EXPECT_EQ(lower(U'\u0100'), U"\u0101");
  EXPECT_EQ(lower(U'\u0101'), U"\u0101");  // between two of a range with step 2
  EXPECT_EQ(lower(U'\u0130'), U"i\u0307");
  EXPECT_EQ(lower(U'\u03A3'), U"\u03C3");  // never the final sigma
  EXPECT_EQ(lower(U'\U00010400'), U"\U00010428");
  EXPECT_EQ(lower(0x10FFFF), std::u32string(1, 0x10FFFF));
}

TEST(Unicode, Flags) {
  const auto has = [](char32_t code_point, unsigned flag) {
    return (code_point_properties(code_point).flags & flag) != 0;
  };
  EXPECT_TRUE(has(0, kControl));
  EXPECT_TRUE(has(0xFFFD, kControl));
  EXPECT_FALSE(has(U'\n', kControl));
  EXPECT_TRUE(has(U'\u00A0', kWhitespace));
  EXPECT_TRUE(has(U'$', kPunctuation));
  EXPECT_TRUE(has(U'\u3002', kPunctuation));
  EXPECT_FALSE(has(U'\u20AC', kPunctuation));  // a currency sign is a symbol
  EXPECT_TRUE(has(U'\u535A', kIdeograph));
  EXPECT_FALSE(has(U'\u3042', kIdeograph));  // hiragana
  EXPECT_TRUE(has(U'\u0301', kNonspacing | kMark));
  EXPECT_FALSE(has(U'\u0903', kNonspacing));  // a spacing mark
  EXPECT_TRUE(has(U'\u0903', kMark));
  EXPECT_EQ(code_point_properties(U'\u0345').combining_class, 240);
  EXPECT_EQ(code_point_properties(U'a').combining_class, 0);
}

TEST(Unicode, TablesAreSorted) {
  const auto sorted = [](auto range, auto key) {
    for (std::size_t i = 1; i < range.size(); ++i) {
      if (range[i - 1].*key >= range[i].*key) return false;
    }
    return !range.empty();
  };
  EXPECT_TRUE(sorted(kUnicodeTables.ranges, &CodePointRange::first));
  EXPECT_TRUE(sorted(kUnicodeTables.lower_case, &LowerCaseRange::last));
  EXPECT_TRUE(sorted(kUnicodeTables.canonical, &Decomposition::code_point));
  EXPECT_TRUE(sorted(kUnicodeTables.compatibility, &Decomposition::code_point));
  EXPECT_EQ(kUnicodeTables.ranges.front().first, 0U);
}

}  // namespace
}  // namespace reprtune
