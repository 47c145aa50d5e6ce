#include <reprtune/data/delimiter_hint.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(DelimiterHintTest, AsksForTheDelimiterThatIsThere) {
  EXPECT_EQ(delimiter_hint("text;label"), " (is the delimiter ';'?)");
  EXPECT_EQ(delimiter_hint("text\tlabel, or so"), " (is the delimiter a tab?)");
  EXPECT_EQ(delimiter_hint(","), " (is the delimiter ','?)");
  EXPECT_EQ(delimiter_hint("text"), "");
  EXPECT_EQ(delimiter_hint(""), "");
}

}  // namespace
}  // namespace reprtune
