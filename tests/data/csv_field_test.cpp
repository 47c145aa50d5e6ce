#include <reprtune/data/csv_field.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

std::string field(std::string_view text) {
  std::string out;
  append_csv_field(text, out);
  return out;
}

TEST(CsvField, IsQuotedWhereItMustBe) {
  EXPECT_EQ(field("plain text"), "plain text");
  EXPECT_EQ(field(""), "");
  EXPECT_EQ(field("a,b"), "\"a,b\"");
  EXPECT_EQ(field("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(field("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(field(" x"), "\" x\"");
  EXPECT_EQ(field("x\t"), "\"x\t\"");
}

}  // namespace
}  // namespace reprtune
