#include <reprtune/data/label_set.h>
#include <reprtune/io/error.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Names = std::vector<std::string>;

TEST(LabelSetTest, FindsNamesByBytes) {
  const LabelSet labels({"b", "a", "007", "7"});
  EXPECT_EQ(labels.size(), 4u);
  EXPECT_EQ(labels.find("a"), 1u);
  EXPECT_EQ(labels.find("7"), 3u);
  EXPECT_EQ(labels.find("A"), std::nullopt);
  EXPECT_EQ(labels.name(2), "007");
  EXPECT_EQ(LabelSet().find("a"), std::nullopt);
}

TEST(LabelSetTest, RefusesEmptyAndRepeatedNames) {
  EXPECT_THROW(LabelSet({"a", ""}), Error);
  EXPECT_THROW(LabelSet({"a", "b", "a"}), Error);
}

TEST(LabelSetTest, OrdersIntegersByNumberAndOthersByByte) {
  EXPECT_EQ(in_label_order({"10", "2", "1", "-3", "-20", "0"}), (Names{"-20", "-3", "0", "1", "2", "10"}));
  EXPECT_EQ(in_label_order({"7", "007", "6", "99999999999999999999999"}),
            (Names{"6", "007", "7", "99999999999999999999999"}));
  EXPECT_EQ(in_label_order({"10", "2", "x"}), (Names{"10", "2", "x"}));
  EXPECT_EQ(in_label_order({"é", "b", "B", "-"}), (Names{"-", "B", "b", "é"}));
}

}  // namespace
}  // namespace reprtune
