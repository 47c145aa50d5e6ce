#include <reprtune/text/tokenizer.h>

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// Every byte is a token of its own value; 1 and 2 are the special tokens.
class ByteTokenizer final : public Tokenizer {
 public:
  std::string piece(std::int32_t id) const override { return {static_cast<char>(id)}; }
  std::size_t vocabulary_size() const override { return 256; }
  std::int32_t mask_id() const override { return 3; }
  std::int32_t unknown_id() const override { return '?'; }

 protected:
  void append_ids(std::string_view text, std::vector<std::int32_t>& ids) const override {
    for (const char byte : text) ids.push_back(static_cast<unsigned char>(byte));
  }
  std::int32_t first_special_id() const override { return 1; }
  std::int32_t last_special_id() const override { return 2; }
};

Encoding encode(std::string_view text, std::size_t max_length, Truncation truncation) {
  Encoding encoding;
  encoding.ids = {9, 9, 9, 9, 9, 9, 9, 9, 9, 9};  // left from another text
  ByteTokenizer().encode(text, max_length, truncation, encoding);
  return encoding;
}

using Ids = std::vector<std::int32_t>;

TEST(Tokenizer, FittingTextsAreNotCut) {
  for (const Truncation truncation : {Truncation::end, Truncation::start, Truncation::none}) {
    const Encoding encoding = encode("abc", 5, truncation);
    EXPECT_EQ(encoding.ids, (Ids{1, 'a', 'b', 'c', 2}));
    EXPECT_EQ(encoding.full_length, 5U);
    EXPECT_FALSE(encoding.truncated());
  }
}

TEST(Tokenizer, TruncationKeepsTheSpecialTokens) {
  EXPECT_EQ(encode("abcd", 5, Truncation::end).ids, (Ids{1, 'a', 'b', 'c', 2}));
  EXPECT_EQ(encode("abcd", 5, Truncation::start).ids, (Ids{1, 'b', 'c', 'd', 2}));
  EXPECT_EQ(encode("abcd", 5, Truncation::none).ids, (Ids{1, 'a', 'b', 'c', 'd', 2}));
  EXPECT_EQ(encode("abcd", 5, Truncation::end).full_length, 6U);
  EXPECT_TRUE(encode("abcd", 5, Truncation::start).truncated());
  EXPECT_FALSE(encode("abcd", 5, Truncation::none).truncated());
}

TEST(Tokenizer, TinyLengthsAreKept) {
  for (const Truncation truncation : {Truncation::end, Truncation::start}) {
    EXPECT_EQ(encode("abcd", 3, truncation).ids.size(), 3U);
    EXPECT_EQ(encode("abcd", 2, truncation).ids, (Ids{1, 2}));
    EXPECT_EQ(encode("abcd", 1, truncation).ids, (Ids{1}));
    EXPECT_EQ(encode("abcd", 0, truncation).ids, (Ids{}));
    EXPECT_EQ(encode("", 1, truncation).ids, (Ids{1}));
    EXPECT_EQ(encode("abcd", 0, truncation).full_length, 6U);
  }
}

TEST(TokenizerTest, SaysWhereMostTokensAreUnknown) {
  const auto mostly_unknown = [](std::string_view text) {
    return ByteTokenizer().is_mostly_unknown(encode(text, 100, Truncation::end).ids);
  };
  EXPECT_TRUE(mostly_unknown("?"));
  EXPECT_TRUE(mostly_unknown("?a?"));
  EXPECT_FALSE(mostly_unknown("?a"));
  EXPECT_FALSE(mostly_unknown("abc"));
  EXPECT_FALSE(mostly_unknown(""));
}

}  // namespace
}  // namespace reprtune
