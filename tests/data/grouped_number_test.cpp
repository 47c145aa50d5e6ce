#include <reprtune/data/grouped_number.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(GroupedNumberTest, HasACommaBeforeEachThreeDigits) {
  EXPECT_EQ(grouped_number(0), "0");
  EXPECT_EQ(grouped_number(999), "999");
  EXPECT_EQ(grouped_number(1'000), "1,000");
  EXPECT_EQ(grouped_number(123'456), "123,456");
  EXPECT_EQ(grouped_number(18'446'744'073'709'551'615U), "18,446,744,073,709,551,615");
}

}  // namespace
}  // namespace reprtune
