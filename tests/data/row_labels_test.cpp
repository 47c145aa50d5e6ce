#include <reprtune/data/row_labels.h>

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Indices = std::vector<std::size_t>;

RowLabels labels(Indices indices) { return RowLabels(std::move(indices)); }

TEST(RowLabelsTest, AreASetWhateverTheirOrder) {
  const RowLabels set = labels({4, 0, 2});
  EXPECT_EQ(Indices(set.begin(), set.end()), (Indices{0, 2, 4}));
  EXPECT_EQ(set, labels({2, 4, 0}));
  EXPECT_NE(set, labels({2, 4}));
  EXPECT_TRUE(set.contains(2));
  EXPECT_FALSE(set.contains(1));
  EXPECT_TRUE(RowLabels().empty());
  EXPECT_EQ(RowLabels(3), labels({3}));
  EXPECT_EQ(RowLabels(3).only(), 3u);
  std::map<RowLabels, int> counts;
  ++counts[labels({1, 0})];
  ++counts[labels({0, 1})];
  EXPECT_EQ(counts.size(), 1u);
}

TEST(RowLabelsTest, ReadAsText) {
  const std::vector<std::string> names = {"billing", "login", "refund"};
  EXPECT_EQ(label_text(labels({2, 0}), names, "|"), "billing|refund");
  EXPECT_EQ(label_text(RowLabels(1), names, "|"), "login");
  EXPECT_EQ(label_text(RowLabels(), names, "|"), "");
}

TEST(RowLabelsTest, TheRarestLabelLeads) {
  const std::vector<RowLabels> rows = {labels({0, 1}), labels({0, 2}), labels({0}),
                                       labels({}),     labels({1, 2}), labels({0, 1})};
  EXPECT_EQ(count_labels(rows, 3), (Indices{4, 3, 2}));
  EXPECT_EQ(leading_labels(rows, 3), (Indices{1, 2, 0, 3, 2, 1}));
  const std::vector<RowLabels> equal = {labels({0, 1})};
  EXPECT_EQ(leading_labels(equal, 2), (Indices{0}));
  const std::vector<RowLabels> single = {1, 0, 1};
  EXPECT_EQ(leading_labels(single, 2), class_indices(single));
}

}  // namespace
}  // namespace reprtune
