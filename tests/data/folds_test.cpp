#include <reprtune/data/folds.h>
#include <reprtune/io/error.h>
#include <reprtune/io/random.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

Dataset dataset_of(const std::vector<std::pair<std::string, std::size_t>>& rows, std::size_t classes) {
  Dataset dataset;
  dataset.name = "a.csv";
  std::vector<std::string> names;
  for (std::size_t c = 0; c < classes; ++c) names.push_back("class" + std::to_string(c));
  dataset.labels = LabelSet(names);
  for (const auto& [text, label] : rows)
    dataset.examples.push_back({text, label, dataset.examples.size() + 1});
  return dataset;
}

Dataset distinct(const std::vector<std::size_t>& class_sizes) {
  std::vector<std::pair<std::string, std::size_t>> rows;
  for (std::size_t c = 0; c < class_sizes.size(); ++c) {
    for (std::size_t i = 0; i < class_sizes[c]; ++i)
      rows.emplace_back(std::to_string(c) + ":" + std::to_string(i), c);
  }
  return dataset_of(rows, class_sizes.size());
}

TEST(Folds, EachClassIsDealtEvenly) {
  const Dataset data = distinct({50, 23, 7, 2});
  const auto folds = stratified_folds(data, 5, 1);
  std::size_t rows = 0;
  for (std::size_t fold = 0; fold < 5; ++fold) {
    const Split split = hold_out(data, folds, fold);
    const auto held = split.validation.class_counts();
    EXPECT_EQ(held[0], 10u);
    EXPECT_TRUE(held[1] == 4 || held[1] == 5);
    EXPECT_TRUE(held[2] == 1 || held[2] == 2);
    EXPECT_LE(held[3], 1u);
    EXPECT_TRUE(split.validation.examples.size() == 16 || split.validation.examples.size() == 17);
    EXPECT_EQ(split.train.examples.size() + split.validation.examples.size(), 82u);
    EXPECT_EQ(split.train.labels.names(), data.labels.names());
    EXPECT_EQ(split.validation.name, "a.csv");
    rows += split.validation.examples.size();
  }
  EXPECT_EQ(rows, 82u);
}

TEST(Folds, TheSeedDecides) {
  const Dataset data = distinct({40, 40});
  EXPECT_EQ(stratified_folds(data, 4, 1), stratified_folds(data, 4, 1));
  EXPECT_NE(stratified_folds(data, 4, 1), stratified_folds(data, 4, 2));
}

TEST(Folds, WhatCannotBeDealtIsRefused) {
  EXPECT_THROW(stratified_folds(distinct({10, 10}), 1, 1), Error);
  EXPECT_THROW(stratified_folds(distinct({2, 2}), 5, 1), Error);
  EXPECT_THROW(stratified_folds(distinct({10, 1}), 2, 1), Error);
  EXPECT_THROW(stratified_folds(dataset_of({{"a", 0}, {"a", 0}, {"b", 1}, {"b", 1}}, 2), 2, 1), Error);
  EXPECT_NO_THROW(stratified_folds(distinct({2, 2}), 4, 1));
}

/// Random data sets with rare classes, repeated texts and contradictions.
class FoldsPropertyTest : public testing::TestWithParam<int> {};

TEST_P(FoldsPropertyTest, RowsArePartitionedAndNoTextIsInTwoFolds) {
  Random random(static_cast<std::uint64_t>(GetParam()));
  const std::size_t classes = 2 + random.below(8), count = 2 + random.below(9);
  std::vector<std::pair<std::string, std::size_t>> rows;
  for (std::size_t c = 0; c < classes; ++c) {
    const std::uint64_t size = 2 + random.below(random.below(3) == 0 ? 200 : 20);
    for (std::uint64_t i = 0; i < size; ++i) {
      rows.emplace_back(random.below(10) == 0 ? "shared" + std::to_string(random.below(5))
                                              : std::to_string(c) + ":" + std::to_string(random.below(size)),
                        c);
    }
  }
  random.shuffle(std::span(rows));
  const Dataset data = dataset_of(rows, classes);
  std::vector<std::size_t> folds;
  try {
    folds = stratified_folds(data, count, 1);
  } catch (const Error&) {
    GTEST_SKIP() << "too few texts";
  }
  std::multiset<std::uint64_t> lines;
  std::map<std::string, std::size_t> fold_of;
  for (std::size_t fold = 0; fold < count; ++fold) {
    const Split split = hold_out(data, folds, fold);
    EXPECT_FALSE(split.validation.examples.empty());
    const auto kept = split.train.class_counts();
    EXPECT_GE(std::ranges::count_if(kept, [](std::size_t n) { return n > 0; }), 2);
    EXPECT_TRUE(std::ranges::is_sorted(split.train.examples, {}, &Example::line));
    for (const Example& example : split.validation.examples) {
      lines.insert(example.line);
      EXPECT_EQ(fold_of.emplace(example.text, fold).first->second, fold) << example.text;
    }
    for (const Example& example : split.train.examples)
      EXPECT_FALSE(fold_of.contains(example.text) && fold_of[example.text] == fold);
  }
  ASSERT_EQ(lines.size(), rows.size());
  std::uint64_t line = 0;
  for (const std::uint64_t each : lines) EXPECT_EQ(each, ++line);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FoldsPropertyTest, testing::Range(1, 201));

}  // namespace
}  // namespace reprtune
