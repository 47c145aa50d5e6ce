#include <reprtune/text/wordpiece.h>

#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
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

TEST(WordPiece, AWordOfAHundredCharactersIsTheLongest) {
  WordPieceOptions options = small_options();
  options.pieces.insert(options.pieces.end(), {"a", "##a", "\u0436", "##\u0436"});  // from id 17 on
  const WordPieceTokenizer tokenizer(std::move(options));
  for (const auto& [letter, first] : {std::pair<std::string, std::int32_t>{"A", 17}, {"\u0416", 19}}) {
    std::string word;
    for (int i = 0; i < 100; ++i) word += letter;
    Ids expected(102, first + 1);
    expected.front() = 1;
    expected[1] = first;
    expected.back() = 2;
    EXPECT_EQ(ids(tokenizer, word), expected);
    EXPECT_EQ(ids(tokenizer, word + "\u0301"), expected);  // the accent goes, the word stays
    EXPECT_EQ(ids(tokenizer, word + letter), (Ids{1, 0, 2}));
    EXPECT_EQ(ids(tokenizer, word + letter + " low"), (Ids{1, 0, 11, 2}));
  }
}

/// The algorithm of tokenization.py, by its rules alone: words from append_words_by_rules(), pieces from a
/// map.
Ids reference_ids(const WordPieceOptions& options, std::string_view text) {
  std::map<std::string, std::int32_t> vocabulary;
  for (const std::string& piece : options.pieces) {
    vocabulary[piece] = static_cast<std::int32_t>(vocabulary.size());
  }
  std::string words;
  BertNormalizer(options.normalizer).append_words_by_rules(text, words);
  std::istringstream stream(words);
  Ids result = {options.first_special_id};
  for (std::string word; std::getline(stream, word, ' ');) {
    Ids pieces;
    for (std::size_t begin = 0, end = word.size(); begin < word.size(); end = word.size()) {
      std::map<std::string, std::int32_t>::iterator found;
      do {
        found = vocabulary.find((begin == 0 ? "" : "##") + word.substr(begin, end - begin));
      } while (found == vocabulary.end() && --end > begin);
      if (found == vocabulary.end()) {
        pieces = {options.unknown_id};
        break;
      }
      pieces.push_back(found->second);
      begin = end;
    }
    result.insert(result.end(), pieces.begin(), pieces.end());
  }
  result.push_back(options.last_special_id);
  return result;
}

TEST(WordPiece, EqualsTheReferenceOnRandomTexts) {
  std::mt19937 random(1);
  const std::vector<std::string> parts = {"a", "b",      "ab",     "BA",     "aabb",   "ing",    "\u00E9",
                                          "e", "\u0301", "\u0436", "\u0416", "\u535A", "\uD55C", ",",
                                          " ", " ",      "-",      "\u302E", "\xFF"};
  const auto some = [&](std::size_t most) {
    std::string text;
    for (std::size_t n = 1 + random() % most; n > 0; --n) text += parts[random() % parts.size()];
    return text;
  };
  WordPieceOptions options = small_options();
  std::set<std::string> known(options.pieces.begin(), options.pieces.end());
  while (options.pieces.size() < 400) {
    std::string piece = (random() % 2 == 0 ? "##" : "") + some(5);
    if (piece.find_first_of(" \xFF") == piece.npos && known.insert(piece).second)
      options.pieces.push_back(piece);
  }
  const WordPieceTokenizer tokenizer(options);
  for (int i = 0; i < 2'000; ++i) {
    const std::string text = some(40);
    ASSERT_EQ(ids(tokenizer, text), reference_ids(options, text)) << text;
  }
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

TEST(WordPiece, WithoutAMaskTheUnknownTokenStandsForHiddenOnes) {
  WordPieceOptions options = small_options();
  EXPECT_EQ(WordPieceTokenizer(options).mask_id(), 0);
  EXPECT_EQ(WordPieceTokenizer(options).unknown_id(), 0);
  options.pieces.emplace_back("[MASK]");
  EXPECT_EQ(WordPieceTokenizer(options).mask_id(), 17);
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
