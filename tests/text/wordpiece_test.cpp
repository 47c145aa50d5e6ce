#include <reprtune/text/wordpiece.h>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

// The vocabulary of google-research/bert's tokenization_test.py, a few pieces longer.
WordPieceOptions small_options() {
  WordPieceOptions options;
  options.pieces = {"[UNK]", "[CLS]", "[SEP]", "want",     "##want", "##ed", "wa", "un", "runn",
                    "##ing", ",",     "low",   "##\u00E9", "\u535A", "[",    "]",  "sep"};
  options.unknown_id = 0;
  options.first_special_id = 1;
  options.last_special_id = 2;
  return options;
}

std::vector<std::int32_t> ids(const Tokenizer& tokenizer, std::string_view text) {
  Encoding encoding;
  tokenizer.encode(text, 0, Truncation::none, encoding);
  return encoding.ids;
}

using Ids = std::vector<std::int32_t>;

TEST(WordPiece, PublicUnitTests) {
  const WordPieceTokenizer tokenizer(small_options());
  EXPECT_EQ(ids(tokenizer, "UNwant\u00E9d,running"), (Ids{1, 7, 4, 5, 10, 8, 9, 2}));
  EXPECT_EQ(ids(tokenizer, ""), (Ids{1, 2}));
  EXPECT_EQ(ids(tokenizer, "unwanted running"), (Ids{1, 7, 4, 5, 8, 9, 2}));
  EXPECT_EQ(ids(tokenizer, "unwantedX running"), (Ids{1, 0, 8, 9, 2}));
}

TEST(WordPiece, AFailureInTheMiddleMakesTheWholeWordUnknown) {
  const WordPieceTokenizer tokenizer(small_options());
  EXPECT_EQ(ids(tokenizer, "want wantz want"), (Ids{1, 3, 0, 3, 2}));
  EXPECT_EQ(ids(tokenizer, "ed"), (Ids{1, 0, 2}));  // only known inside a word
  EXPECT_EQ(ids(tokenizer, "low\u535Alow"), (Ids{1, 11, 13, 11, 2}));
}

TEST(WordPiece, LongWordsAreUnknownByCharactersNotBytes) {
  WordPieceOptions options = small_options();
  options.normalizer.strip_accents = false;
  options.max_word_length = 5;
  const WordPieceTokenizer tokenizer(std::move(options));
  EXPECT_EQ(ids(tokenizer, "low\u00E9\u00E9"), (Ids{1, 11, 12, 12, 2}));  // 5 characters, 7 bytes
  EXPECT_EQ(ids(tokenizer, "low\u00E9\u00E9\u00E9"), (Ids{1, 0, 2}));
}

TEST(WordPiece, SpecialTokensInATextAreLiteral) {
  const WordPieceTokenizer tokenizer(small_options());
  EXPECT_EQ(ids(tokenizer, "[SEP]"), (Ids{1, 14, 16, 15, 2}));
  EXPECT_EQ(ids(tokenizer, "[UNK]"), (Ids{1, 14, 0, 15, 2}));
}

TEST(WordPiece, PiecesById) {
  const WordPieceTokenizer tokenizer(small_options());
  EXPECT_EQ(tokenizer.vocabulary_size(), 17U);
  EXPECT_EQ(tokenizer.piece(4), "##want");
  EXPECT_EQ(tokenizer.piece(17), "");
  EXPECT_EQ(tokenizer.piece(-1), "");
}

TEST(WordPiece, ThreadsShareOneTokenizer) {
  const WordPieceTokenizer tokenizer(small_options());
  const Ids expected = ids(tokenizer, "UNwant\u00E9d,running low");
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (int& count : wrong) {
    threads.emplace_back([&tokenizer, &expected, &count] {
      for (int i = 0; i < 2'000; ++i) count += ids(tokenizer, "UNwant\u00E9d,running low") != expected;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4));
}

}  // namespace
}  // namespace reprtune
