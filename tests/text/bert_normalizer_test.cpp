#include <reprtune/text/bert_normalizer.h>
#include <reprtune/text/unicode.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using namespace std::string_view_literals;

constexpr BertNormalizerOptions kUncased = {};
constexpr BertNormalizerOptions kCased = {.strip_accents = false, .lowercase = false};
constexpr BertNormalizerOptions kKeepAccents = {.strip_accents = false};
constexpr BertNormalizerOptions kOnlyStrip = {.lowercase = false};

std::string words(std::string_view text, const BertNormalizerOptions& options = kUncased) {
  std::string result;
  BertNormalizer(options).append_words(text, result);
  return result;
}

// The expectations of google-research/bert's tokenization_test.py and transformers'
// test_tokenization_bert.py.
TEST(BertNormalizer, PublicUnitTests) {
  EXPECT_EQ(words("ah\u535A\u63A8zz"), "ah \u535A \u63A8 zz ");
  EXPECT_EQ(words(" \tHeLLo!how  \n Are yoU?  "), "hello ! how are you ? ");
  EXPECT_EQ(words("H\u00E9llo"), "hello ");
  EXPECT_EQ(words(" \tH\u00E4LLo!how  \n Are yoU?  ", kKeepAccents), "h\u00E4llo ! how are you ? ");
  EXPECT_EQ(words("H\u00E9llo", kKeepAccents), "h\u00E9llo ");
  EXPECT_EQ(words(" \tHeLLo!how  \n Are yoU?  ", kCased), "HeLLo ! how Are yoU ? ");
  EXPECT_EQ(words(" \tH\u00E4LLo!how  \n Are yoU?  ", kCased), "H\u00E4LLo ! how Are yoU ? ");
  EXPECT_EQ(words(" \tH\u00E4LLo!how  \n Are yoU?  ", kOnlyStrip), "HaLLo ! how Are yoU ? ");
}

TEST(BertNormalizer, NothingButNothing) {
  EXPECT_EQ(words(""), "");
  EXPECT_EQ(words(" \t\r\n \u3000"), "");
  EXPECT_EQ(words("\u0301\u0300"), "");  // accents alone
}

TEST(BertNormalizer, CleanTextDropsControlCharacters) {
  EXPECT_EQ(words("a\0b\x05"
                  "c\u200Bd\uFFFDe"sv),
            "abcde ");
  EXPECT_EQ(words("a\x0B"
                  "b"),
            "ab ");  // a vertical tab is a control character first, white space second
  EXPECT_EQ(words("a\u2028b\u00A0c"), "a b c ");
  EXPECT_EQ(words("a\x0B"
                  "b\x05",
                  {.clean_text = false}),
            "a b\x05 ");
}

TEST(BertNormalizer, InvalidUtf8IsDroppedOrKeptAsReplacement) {
  EXPECT_EQ(words("caf\xE9 ol\xC3"), "caf ol ");
  EXPECT_EQ(words("caf\xE9", {.clean_text = false}), "caf\uFFFD ");
}

TEST(BertNormalizer, ChineseCharactersOnRequest) {
  EXPECT_EQ(words("a\u535Ab", {.handle_chinese_chars = false}), "a\u535Ab ");
  EXPECT_EQ(words("\u535A\u0301x", kKeepAccents), "\u535A \u0301x ");  // an accent behind the inserted space
  EXPECT_EQ(words("\uFA0Ca"), "\u5140 a ");                            // a compatibility ideograph
}

TEST(BertNormalizer, AccentsAreSortedAsNfdDoesAndDropped) {
  EXPECT_EQ(words("\u1E69E\u0301\u0323"), "se ");
  EXPECT_EQ(words("\uD55C"), "\u1112\u1161\u11AB ");
  EXPECT_EQ(words("\u0130", kKeepAccents), "i\u0307 ");
  EXPECT_EQ(words("\u039F\u0394\u039F\u03A3"), "\u03BF\u03B4\u03BF\u03C3 ");  // no final sigma
}

TEST(BertNormalizer, PunctuationStandsAlone) {
  EXPECT_EQ(words("a-b$c^d`\u00BFe\u3002"), "a - b $ c ^ d ` \u00BF e \u3002 ");
  EXPECT_EQ(words("\u037E"), "; ");  // punctuation only after NFD
  EXPECT_EQ(words("[SEP]</s>"), "[ sep ] < / s > ");
}

std::vector<BertNormalizerOptions> all_options() {
  std::vector<BertNormalizerOptions> all;
  for (const bool clean : {true, false}) {
    for (const bool chinese : {true, false}) {
      for (const bool strip : {true, false}) {
        for (const bool lower : {true, false}) all.push_back({clean, chinese, strip, lower});
      }
    }
  }
  return all;
}

std::string words_by_rules(const BertNormalizer& normalizer, std::string_view text) {
  std::string result;
  normalizer.append_words_by_rules(text, result);
  return result;
}

std::string words_by_table(const BertNormalizer& normalizer, std::string_view text) {
  std::string result;
  normalizer.append_words(text, result);
  return result;
}

TEST(BertNormalizer, TheTableAgreesWithTheRulesForEveryCodePoint) {
  for (const BertNormalizerOptions& options : all_options()) {
    const BertNormalizer normalizer(options);
    const bool is_default =
        options.clean_text && options.handle_chinese_chars && options.strip_accents && options.lowercase;
    const char32_t end = is_default ? 0x110000 : 0x10000;  // the rest takes seconds and has no other kinds
    for (char32_t first = 0; first < end; first += 64) {
      // In a word; behind a mark that has to be sorted before many others; before one that is sorted first.
      std::string text;
      for (char32_t code_point = first; code_point < first + 64; ++code_point) {
        text += "aB ";
        append_utf8(code_point, text);
        text += "c e\u302E";  // a spacing mark of class 224
        append_utf8(code_point, text);
        text += "\u302E\u0323 ";
      }
      ASSERT_EQ(words_by_table(normalizer, text), words_by_rules(normalizer, text))
          << static_cast<unsigned>(first);
    }
  }
}

/// A text of parts of one kind each, that meet in all ways: ASCII letters in runs around 8, the step of the
/// fast path, and around 100; accents, kana, ideographs, syllables, marks, controls, bad bytes, anything.
std::string mixed_text(std::mt19937& random) {
  const auto between = [&](std::size_t low, std::size_t high) { return low + random() % (high - low + 1); };
  std::string text;
  for (std::size_t parts = between(0, 12); parts > 0; --parts) {
    const std::size_t kind = between(0, 11);
    constexpr char32_t kRanges[][2] = {{0, 0x7F},        {'A', 'z'},       {0xA0, 0x24F},
                                       {0x300, 0x36F},   {0x370, 0x52F},   {0x590, 0x6FF},
                                       {0x2000, 0x206F}, {0x3040, 0x30FF}, {0x4E00, 0x9FFF},
                                       {0xAC00, 0xD7A3}, {0xF900, 0xFFFD}, {0x10000, 0x10FFFF}};
    for (std::size_t n = kind == 1 ? between(95, 105) : between(1, 18); n > 0; --n) {
      const char32_t code_point = static_cast<char32_t>(between(kRanges[kind][0], kRanges[kind][1]));
      append_utf8(between(0, 15) == 0 ? U'\u302E' : code_point, text);
    }
    if (between(0, 9) == 0) text.push_back(static_cast<char>(between(0x80, 0xFF)));
    if (between(0, 2) == 0) text.push_back(' ');
  }
  return text;
}

TEST(BertNormalizer, TheTableAgreesWithTheRulesForMixedTexts) {
  std::mt19937 random(1);
  for (const BertNormalizerOptions& options : all_options()) {
    const BertNormalizer normalizer(options);
    for (int i = 0; i < 1'000; ++i) {
      const std::string text = mixed_text(random);
      ASSERT_EQ(words_by_table(normalizer, text), words_by_rules(normalizer, text)) << text;
    }
  }
}

TEST(BertNormalizer, LongTextsOfManyRuns) {
  const BertNormalizer normalizer(kUncased);
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "\uC548\uB155 e\u302E\u0301,x ";
  const std::string result = words_by_table(normalizer, text);
  EXPECT_EQ(result, words_by_rules(normalizer, text));
  EXPECT_EQ(result.substr(result.size() - 4), ", x ");
}

TEST(BertNormalizer, LettersAreFoundAtEveryPlaceOfEightBytes) {
  const BertNormalizer uncased(kUncased), cased(kCased);
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (std::size_t place = 0; place < 24; ++place) {
      std::string text(24, 'Q');
      text[place] = static_cast<char>(byte);
      ASSERT_EQ(words_by_table(uncased, text), words_by_rules(uncased, text)) << byte << " " << place;
      ASSERT_EQ(words_by_table(cased, text), words_by_rules(cased, text)) << byte << " " << place;
    }
  }
}

TEST(BertNormalizer, AppendsBehindAUnfinishedWord) {
  std::string result = "before";
  BertNormalizer(kUncased).append_words("after", result);
  EXPECT_EQ(result, "before after ");
}

}  // namespace
}  // namespace reprtune
