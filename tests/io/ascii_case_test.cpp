#include <reprtune/io/ascii_case.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(AsciiCase, ChangesNothingButTheLettersOfAscii) {
  EXPECT_EQ(ascii_lower_case(""), "");
  EXPECT_EQ(ascii_lower_case("Train.CSV.GZ"), "train.csv.gz");
  EXPECT_EQ(ascii_lower_case("@[`{AZaz"), "@[`{azaz");
  EXPECT_EQ(ascii_lower_case("ÄÖ \xFF"), "ÄÖ \xFF");
}

}  // namespace
}  // namespace reprtune
