#include <reprtune/data/split.h>
#include <reprtune/io/error.h>
#include <reprtune/io/random.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

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

std::vector<std::uint64_t> lines(const Dataset& dataset) {
  std::vector<std::uint64_t> result;
  for (const Example& example : dataset.examples) result.push_back(example.line);
  return result;
}

TEST(SplitTest, TakesTheShareOfEachClass) {
  const Split split = stratified_split(distinct({100, 50, 10, 2, 1}), 0.1, 1);
  EXPECT_EQ(split.validation.class_counts(), (std::vector<std::size_t>{10, 5, 1, 1, 0}));
  EXPECT_EQ(split.train.class_counts(), (std::vector<std::size_t>{90, 45, 9, 1, 1}));
  EXPECT_EQ(split.validation.labels.names(), split.train.labels.names());
  EXPECT_EQ(split.validation.name, "a.csv");
}

TEST(SplitTest, TheSeedDecides) {
  const auto held_out = [](std::uint64_t seed) {
    return lines(stratified_split(distinct({100, 100}), 0.2, seed).validation);
  };
  EXPECT_EQ(held_out(1), held_out(1));
  EXPECT_NE(held_out(1), held_out(2));
}

TEST(SplitTest, ALargeShareLeavesSomethingToTrainOn) {
  EXPECT_EQ(stratified_split(distinct({5, 2}), 0.99, 1).train.class_counts(),
            (std::vector<std::size_t>{1, 1}));
}

TEST(SplitTest, ATextRepeatedVeryOftenStillSplits) {
  const Split split =
      stratified_split(dataset_of({{"a", 0}, {"a", 0}, {"a", 0}, {"b", 0}, {"b", 0}}, 1), 0.1, 1);
  EXPECT_EQ(lines(split.validation), (std::vector<std::uint64_t>{4, 5}));
}

TEST(SplitTest, ATextOfTwoClassesIsLentWhereThereIsNoOther) {
  // Class 0 has "own" and "shared"; class 1 has only texts of several classes, of which one can go.
  const Split split =
      stratified_split(dataset_of({{"p", 0}, {"p", 1}, {"q", 0}, {"q", 1}, {"r", 0}, {"s", 0}}, 2), 0.2, 1);
  for (const Dataset* side : {&split.train, &split.validation}) {
    for (const std::size_t count : side->class_counts()) EXPECT_GE(count, 1u);
  }
}

TEST(SplitTest, RefusesWhatCannotBeSplit) {
  for (const double share : {0.0, 1.0, -0.1, 1.5, std::nan("")})
    EXPECT_THROW(stratified_split(distinct({10, 10}), share, 1), Error);
  EXPECT_THROW(stratified_split(distinct({1, 1, 1}), 0.1, 1), Error);
  EXPECT_THROW(stratified_split(dataset_of({{"a", 0}, {"a", 0}}, 1), 0.5, 1), Error);
  EXPECT_THROW(stratified_split(distinct({}), 0.5, 1), Error);
}

/// Random data sets with rare classes, repeated texts and contradictions.
class SplitPropertyTest : public testing::TestWithParam<int> {};

TEST_P(SplitPropertyTest, KeepsItsPromises) {
  Random random(static_cast<std::uint64_t>(GetParam()));
  const std::size_t classes = 1 + random.below(12);
  std::vector<std::pair<std::string, std::size_t>> rows;
  for (std::size_t c = 0; c < classes; ++c) {
    const std::uint64_t count = random.below(random.below(3) == 0 ? 200 : 8);
    for (std::uint64_t i = 0; i < count; ++i) {
      const bool shared = random.below(10) == 0;
      rows.emplace_back(shared ? "shared" + std::to_string(random.below(5))
                               : std::to_string(c) + ":" + std::to_string(random.below(1 + count)),
                        c);
    }
  }
  random.shuffle(std::span(rows));
  const Dataset dataset = dataset_of(rows, classes);
  const double share = 0.05 + 0.5 * random.uniform();

  std::vector<std::set<std::string>> texts(classes);
  std::map<std::string, std::set<std::size_t>> labels_of;
  for (const auto& [text, label] : rows) {
    texts[label].insert(text);
    labels_of[text].insert(label);
  }
  const auto has_own = [&](std::size_t c) {
    return std::any_of(texts[c].begin(), texts[c].end(),
                       [&](const std::string& text) { return labels_of[text].size() == 1; });
  };
  bool splittable = false;
  for (std::size_t c = 0; c < classes; ++c) splittable = splittable || (texts[c].size() >= 2 && has_own(c));
  if (!splittable) return;

  const Split split = stratified_split(dataset, share, 1);
  std::vector<std::uint64_t> all = lines(split.train);
  const std::vector<std::uint64_t> held_out = lines(split.validation);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_TRUE(std::is_sorted(held_out.begin(), held_out.end()));
  all.insert(all.end(), held_out.begin(), held_out.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, lines(dataset)) << "every row once";

  std::set<std::string> train_texts;
  for (const Example& example : split.train.examples) train_texts.insert(example.text);
  for (const Example& example : split.validation.examples)
    EXPECT_FALSE(train_texts.contains(example.text)) << example.text;

  const auto train = split.train.class_counts();
  const auto validation = split.validation.class_counts();
  const auto counts = dataset.class_counts();
  for (std::size_t c = 0; c < classes; ++c) {
    EXPECT_GE(train[c], std::min<std::size_t>(counts[c], 1)) << "class " << c;
    EXPECT_GE(validation[c], texts[c].size() >= 2 && has_own(c) ? 1u : 0u) << "class " << c;
    if (texts[c].size() == counts[c] && has_own(c)) {
      EXPECT_LE(static_cast<double>(validation[c]),
                std::max(1.0, share * static_cast<double>(counts[c]) + 0.5) + 5.0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SplitPropertyTest, testing::Range(1, 301));

/// Random rows with any number of labels, common and rare ones, some texts repeated.
Dataset random_label_sets(Random& random) {
  const std::size_t classes = 1 + random.below(12);
  std::vector<std::pair<std::string, std::size_t>> none;
  Dataset dataset = dataset_of(none, classes);
  dataset.problem = ProblemType::multi_label;
  const std::uint64_t rows = 2 + random.below(200);
  for (std::uint64_t row = 0; row < rows; ++row) {
    std::set<std::size_t> labels;
    for (std::uint64_t i = random.below(4); i > 0; --i)
      labels.insert(std::min(random.below(classes), random.below(classes)));
    const bool repeated = random.below(10) == 0;
    dataset.examples.push_back(
        {(repeated ? "again" : "text") + std::to_string(repeated ? random.below(5) : row),
         RowLabels(std::vector<std::size_t>(labels.begin(), labels.end())), row + 1});
  }
  return dataset;
}

TEST(SplitTest, SharesLabelsOutWhereRowsHaveSeveral) {
  std::size_t splittable = 0, missed = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Dataset dataset = random_label_sets(random);
    const std::size_t classes = dataset.labels.size();
    std::vector<std::set<std::string>> texts(classes);
    std::map<std::string, std::set<std::size_t>> labels_of;
    for (const Example& example : dataset.examples) {
      for (const std::size_t label : example.labels) texts[label].insert(example.text);
      labels_of[example.text].insert(example.labels.begin(), example.labels.end());
    }
    const double share = 0.05 + 0.4 * random.uniform();
    Split split;
    try {
      split = stratified_split(dataset, share, seed);
    } catch (const Error&) {
      EXPECT_LT(dataset.examples.size(), 6u);  // nothing that can be spared
      continue;
    }
    EXPECT_EQ(split.validation.problem, ProblemType::multi_label);
    std::vector<std::uint64_t> all = lines(split.train);
    const auto held_out = lines(split.validation);
    all.insert(all.end(), held_out.begin(), held_out.end());
    std::sort(all.begin(), all.end());
    ASSERT_EQ(all, lines(dataset)) << "every row once";
    std::set<std::string> train_texts;
    for (const Example& example : split.train.examples) train_texts.insert(example.text);
    for (const Example& example : split.validation.examples)
      ASSERT_FALSE(train_texts.contains(example.text)) << example.text;
    const auto train = split.train.class_counts(), validation = split.validation.class_counts();
    const auto counts = dataset.class_counts();
    for (std::size_t c = 0; c < classes; ++c) {
      ASSERT_GE(train[c], std::min<std::size_t>(counts[c], 1)) << "label " << c;
      if (texts[c].size() < 2) continue;
      ++splittable;
      missed += validation[c] == 0 ? 1 : 0;
      const bool own =
          std::ranges::any_of(texts[c], [&](const std::string& text) { return labels_of[text].size() == 1; });
      ASSERT_TRUE(!own || validation[c] > 0) << "label " << c;
    }
  }
  EXPECT_GT(splittable, 2000u);
  EXPECT_LT(missed, splittable / 100);
}

TEST(SplitTest, TakesTheShareOfEachLabelAndOfRowsWithout) {
  std::vector<std::pair<std::string, std::size_t>> none;
  Dataset dataset = dataset_of(none, 3);
  dataset.problem = ProblemType::multi_label;
  for (std::size_t row = 0; row < 1000; ++row) {
    std::vector<std::size_t> labels;
    if (row % 2 == 0) labels.push_back(0);
    if (row % 5 == 0) labels.push_back(1);
    if (row % 100 == 0) labels.push_back(2);
    dataset.examples.push_back({std::to_string(row), RowLabels(labels), row + 1});
  }
  const Split split = stratified_split(dataset, 0.1, 1);
  const auto counts = split.validation.class_counts();
  EXPECT_EQ(counts, (std::vector<std::size_t>{50, 20, 1}));
  const auto without = std::ranges::count_if(split.validation.examples,
                                             [](const Example& example) { return example.labels.empty(); });
  EXPECT_EQ(without, 40);
}

TEST(SplitTest, LabelsThatAllowNoSplitLeaveTrainComplete) {
  std::vector<std::pair<std::string, std::size_t>> none;
  Dataset dataset = dataset_of(none, 3);  // each label twice, but two rows of any pair share one
  dataset.problem = ProblemType::multi_label;
  dataset.examples = {{"p", RowLabels({0, 1}), 1}, {"q", RowLabels({1, 2}), 2}, {"r", RowLabels({0, 2}), 3}};
  const Split split = stratified_split(dataset, 0.3, 1);
  EXPECT_EQ(split.validation.examples.size(), 1u);
  for (const std::size_t count : split.train.class_counts()) EXPECT_GE(count, 1u);
}

}  // namespace
}  // namespace reprtune
