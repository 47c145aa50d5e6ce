#include <reprtune/text/bert_normalizer.h>

#include <string>
#include <string_view>

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

TEST(BertNormalizer, AppendsBehindAUnfinishedWord) {
  std::string result = "before";
  BertNormalizer(kUncased).append_words("after", result);
  EXPECT_EQ(result, "before after ");
}

}  // namespace
}  // namespace reprtune
