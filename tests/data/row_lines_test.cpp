#include <reprtune/data/row_lines.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

RowLines lines_to(std::uint64_t last) {
  RowLines rows;
  for (std::uint64_t line = 1; line <= last; ++line) rows.add(2 * line);
  return rows;
}

TEST(RowLinesTest, NamesTheFirstTenAndCountsTheOthers) {
  EXPECT_EQ(lines_text(lines_to(0)), "");
  EXPECT_EQ(lines_text(lines_to(1)), "line 2");
  EXPECT_EQ(lines_text(lines_to(2)), "lines 2 and 4");
  EXPECT_EQ(lines_text(lines_to(3)), "lines 2, 4 and 6");
  EXPECT_EQ(lines_text(lines_to(10)), "lines 2, 4, 6, 8, 10, 12, 14, 16, 18 and 20");
  EXPECT_EQ(lines_text(lines_to(1244)), "lines 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 and 1,234 more");
  EXPECT_EQ(lines_to(1244).count, 1244u);
}

}  // namespace
}  // namespace reprtune
