#include "text_groups.h"

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Indices = std::vector<std::size_t>;

Dataset two_classes(std::vector<Example> examples) {
  Dataset data;
  data.labels = LabelSet({"a", "b"});
  data.examples = std::move(examples);
  return data;
}

TEST(TextGroupsTest, RowsOfATextStayTogetherInTheOrderOfTheirFirst) {
  const auto groups = group_by_text(two_classes({{"x", 0, 1}, {"y", 1, 2}, {"x", 0, 3}, {"X", 0, 4}}));
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].rows, (Indices{0, 2}));
  EXPECT_EQ(groups[1].rows, (Indices{1}));
  EXPECT_EQ(groups[2].rows, (Indices{3}));
}

TEST(TextGroupsTest, EachClassIsNamedOnce) {
  const auto groups = group_by_text(two_classes({{"x", 1, 1}, {"x", 1, 2}, {"x", 0, 3}}));
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].classes, (Indices{1, 0}));
}

TEST(TextGroupsTest, NoLabelIsAClassAfterAllOthers) {
  const Dataset data = two_classes({{"x", RowLabels(), 1}, {"y", RowLabels(Indices{0, 1}), 2}});
  EXPECT_EQ(classes_of(data.examples[0], data), RowLabels(2));
  EXPECT_EQ(classes_of(data.examples[1], data), RowLabels(Indices{0, 1}));
  const auto groups = group_by_text(data);
  EXPECT_EQ(groups[0].classes, (Indices{2}));
  EXPECT_EQ(groups[1].classes, (Indices{0, 1}));
}

TEST(TextGroupsTest, NoRowsNoGroups) { EXPECT_TRUE(group_by_text(two_classes({})).empty()); }

}  // namespace
}  // namespace reprtune
