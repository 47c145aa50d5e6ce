#include <reprtune/train/class_weights.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Rule = ClassWeights::Rule;

TEST(ClassWeights, FollowTheirRule) {
  const LabelSet labels({"a", "b", "c"});
  EXPECT_TRUE(class_weights({}, labels, {6, 2, 0}).empty());
  // 8 rows of 2 classes: the weights of the rows add up to the number of rows.
  EXPECT_EQ(class_weights({Rule::balanced, {}, {}}, labels, {6, 2, 0}),
            (std::vector<double>{8 / 12.0, 2, 0}));
  EXPECT_EQ(class_weights({Rule::given, "w.csv", {{"c", 3}, {"a", 0.5}}}, labels, {6, 0, 1}),
            (std::vector<double>{0.5, 0, 3}));
}

}  // namespace
}  // namespace reprtune
