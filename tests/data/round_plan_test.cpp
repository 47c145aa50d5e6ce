#include <reprtune/data/round_plan.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

Dataset ten_rows() {
  Dataset data;
  data.name = "a.csv";
  data.labels = LabelSet({"x", "y"});
  for (std::size_t i = 0; i < 10; ++i) data.examples.push_back({std::to_string(i), i % 2, i + 1});
  return data;
}

std::vector<std::uint64_t> lines(const Dataset& data) {
  std::vector<std::uint64_t> result;
  for (const Example& example : data.examples) result.push_back(example.line);
  return result;
}

/// The rows at the places of a round are the round's.
void expect_places(const RoundPlan& plan, std::size_t round) {
  const std::vector<std::uint64_t> all = lines(plan.all_rows());
  const auto at = [&](const std::vector<std::size_t>& places) {
    std::vector<std::uint64_t> result;
    for (const std::size_t place : places) result.push_back(all.at(place));
    return result;
  };
  const Split rows = plan.rows_of(round);
  EXPECT_EQ(at(plan.places_of(round).train), lines(rows.train));
  EXPECT_EQ(at(plan.places_of(round).held_out), lines(rows.validation));
}

TEST(RoundPlan, FoldsHoldOutEveryRowOnce) {
  const Dataset data = ten_rows();
  const RoundPlan plan = RoundPlan::of_folds(data, 3, 1);
  EXPECT_EQ(plan.size(), 3u);
  std::vector<std::uint64_t> held;
  std::size_t fewest = 10;
  for (std::size_t round = 0; round < 3; ++round) {
    const Split rows = plan.rows_of(round);
    for (const std::uint64_t line : lines(rows.validation)) held.push_back(line);
    expect_places(plan, round);
    fewest = std::min(fewest, rows.train.examples.size());
  }
  EXPECT_EQ(lines(plan.held_out_rows()), held);
  EXPECT_EQ(plan.fewest_train_rows(), fewest);
  EXPECT_EQ(lines(plan.all_rows()), lines(data));
  EXPECT_EQ(plan.held_out_rows().labels.names(), data.labels.names());
}

TEST(RoundPlan, ASplitIsOneRound) {
  const Split rows = stratified_split(ten_rows(), 0.2, 1);
  const RoundPlan plan = RoundPlan::of_split(rows);
  EXPECT_EQ(plan.size(), 1u);
  EXPECT_EQ(lines(plan.rows_of(0).train), lines(rows.train));
  EXPECT_EQ(lines(plan.held_out_rows()), lines(rows.validation));
  EXPECT_EQ(plan.all_rows().examples.size(), 10u);
  expect_places(plan, 0);
  EXPECT_EQ(plan.fewest_train_rows(), 8u);
}

}  // namespace
}  // namespace reprtune
