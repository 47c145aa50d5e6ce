#include <reprtune/text/piece_table.h>

#include <map>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// Looks with bytes behind the text that must not matter.
PieceTable::Match longest_prefix(const PieceTable& table, std::string text) {
  const std::size_t size = text.size();
  text.append(PieceTable::kPadding, 'e');
  return table.longest_prefix(std::string_view(text).substr(0, size));
}

TEST(PieceTable, FindsTheLongestPrefix) {
  PieceTable table(4);
  table.insert("un", 1);
  table.insert("unwant", 2);
  table.insert("unwanted", 3);
  EXPECT_EQ(longest_prefix(table, "unwanting").id, 2);
  EXPECT_EQ(longest_prefix(table, "unwanting").length, 6U);
  EXPECT_EQ(longest_prefix(table, "unwantedly").id, 3);
  EXPECT_EQ(longest_prefix(table, "un").id, 1);
  EXPECT_EQ(longest_prefix(table, "wanted").length, 0U);
  EXPECT_EQ(longest_prefix(table, "").length, 0U);
}

TEST(PieceTable, LastIdWinsAndEmptyPiecesAreIgnored) {
  PieceTable table(4);
  table.insert("a", 1);
  table.insert("a", 7);
  table.insert("", 3);
  EXPECT_EQ(longest_prefix(table, "ab").id, 7);
  EXPECT_EQ(longest_prefix(table, "b").length, 0U);
}

TEST(PieceTable, NeverCutsACharacter) {
  PieceTable table(2);
  table.insert("\xC3", 1);  // half of an é, as a vocabulary that is not UTF-8 may hold
  EXPECT_EQ(longest_prefix(table, "\xC3\xA9").length, 0U);
  table.insert("\xC3\xA9", 2);
  EXPECT_EQ(longest_prefix(table, "\xC3\xA9t").id, 2);
}

TEST(PieceTable, HoldsManyPieces) {
  constexpr int kCount = 20'000;
  PieceTable table(kCount);
  for (int i = 0; i < kCount; ++i) table.insert(std::to_string(i) + ";", i);
  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(longest_prefix(table, std::to_string(i) + ";tail").id, i);
    ASSERT_EQ(longest_prefix(table, std::to_string(-i - 1)).length, 0U);
  }
}

TEST(PieceTable, ZeroBytesAreNoPadding) {
  PieceTable table(3);
  table.insert(std::string("a\0", 2), 1);
  EXPECT_EQ(longest_prefix(table, "a").length, 0U);
  EXPECT_EQ(longest_prefix(table, std::string("a\0\0", 3)).length, 2U);
  table.insert("a", 2);
  EXPECT_EQ(longest_prefix(table, "a").id, 2);
}

// Pieces of all lengths around those the table treats apart (8, 9, 63, 64) that differ late or not at all.
TEST(PieceTable, EqualsAnOrderedMap) {
  std::mt19937 random(1);
  const auto below = [&](std::size_t n) { return random() % n; };
  const auto word = [&](std::size_t size) {
    std::string text(size, 'a');
    for (std::size_t changes = below(3); changes > 0 && size > 0; --changes)
      text[below(size)] = "b\0\xC3\xA9"[below(4)];
    return text;
  };
  for (int round = 0; round < 20; ++round) {
    constexpr int kPieces = 300;
    PieceTable table(kPieces);
    std::map<std::string, std::int32_t> pieces;
    for (int id = 0; id < kPieces; ++id) {
      const std::string piece = word(below(4) == 0 ? 1 + below(80) : 1 + below(12));
      table.insert(piece, id);
      pieces[piece] = id;
    }
    for (int i = 0; i < 2'000; ++i) {
      const std::string text = word(below(90));
      PieceTable::Match expected;
      for (std::size_t length = 1; length <= text.size(); ++length) {
        const bool cuts = length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80;
        const auto found = pieces.find(text.substr(0, length));
        if (!cuts && found != pieces.end()) expected = {found->second, length};
      }
      const PieceTable::Match match = longest_prefix(table, text);
      ASSERT_EQ(match.length, expected.length) << text;
      ASSERT_EQ(match.id, expected.id) << text;
    }
  }
}

}  // namespace
}  // namespace reprtune
