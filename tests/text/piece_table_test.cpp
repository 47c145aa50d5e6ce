#include <reprtune/text/piece_table.h>

#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(PieceTable, FindsTheLongestPrefix) {
  PieceTable table(4);
  table.insert("un", 1);
  table.insert("unwant", 2);
  table.insert("unwanted", 3);
  EXPECT_EQ(table.longest_prefix("unwanting").id, 2);
  EXPECT_EQ(table.longest_prefix("unwanting").length, 6U);
  EXPECT_EQ(table.longest_prefix("unwantedly").id, 3);
  EXPECT_EQ(table.longest_prefix("un").id, 1);
  EXPECT_EQ(table.longest_prefix("wanted").length, 0U);
  EXPECT_EQ(table.longest_prefix("").length, 0U);
}

TEST(PieceTable, LastIdWinsAndEmptyPiecesAreIgnored) {
  PieceTable table(4);
  table.insert("a", 1);
  table.insert("a", 7);
  table.insert("", 3);
  EXPECT_EQ(table.longest_prefix("ab").id, 7);
  EXPECT_EQ(table.longest_prefix("b").length, 0U);
}

TEST(PieceTable, NeverCutsACharacter) {
  PieceTable table(2);
  table.insert("\xC3", 1);  // half of an é, as a vocabulary that is not UTF-8 may hold
  EXPECT_EQ(table.longest_prefix("\xC3\xA9").length, 0U);
  table.insert("\xC3\xA9", 2);
  EXPECT_EQ(table.longest_prefix("\xC3\xA9t").id, 2);
}

TEST(PieceTable, HoldsManyPieces) {
  constexpr int kCount = 20'000;
  PieceTable table(kCount);
  for (int i = 0; i < kCount; ++i) table.insert(std::to_string(i) + ";", i);
  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(table.longest_prefix(std::to_string(i) + ";tail").id, i);
    ASSERT_EQ(table.longest_prefix(std::to_string(-i - 1)).length, 0U);
  }
}

}  // namespace
}  // namespace reprtune
