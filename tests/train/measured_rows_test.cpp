#include <reprtune/train/measured_rows.h>

#include <algorithm>
#include <string>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// So many rows of `common` first, then two of `rare`.
Dataset rows_of(std::size_t common) {
  Dataset data;
  data.labels = LabelSet({"common", "rare"});
  for (std::size_t i = 0; i < common + 2; ++i)
    data.examples.push_back({"text " + std::to_string(i), i < common ? 0U : 1U, i + 1});
  return data;
}

TEST(MeasuredRows, AreAllWhereThereAreFew) {
  const MeasuredRows measured(rows_of(3));
  EXPECT_EQ(measured.places(), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(measured.classes(), (std::vector<std::size_t>{0, 0, 0, 1, 1}));
  EXPECT_EQ(measured.example_count(), 5U);
}

TEST(MeasuredRows, AreTheFirstOfEachClassUpToItsShare) {
  const std::size_t share = MeasuredRows::kMost / 2;
  const MeasuredRows measured(rows_of(share + 100));
  ASSERT_EQ(measured.places().size(), share + 2);
  EXPECT_EQ(measured.places()[share - 1], share - 1);
  EXPECT_EQ(measured.places()[share], share + 100);  // the first row of the rare class
  EXPECT_EQ(std::ranges::count(measured.classes(), 1U), 2);
}

TEST(MeasuredRows, ExamplesHaveTheirTextsLabelsAndVectors) {
  const Dataset train = rows_of(TrainingExamples::kMostRows + 10);
  const MeasuredRows measured(train);
  ASSERT_EQ(measured.example_count(), TrainingExamples::kMostRows);
  const auto rows = measured.example_rows(train);
  EXPECT_EQ(rows.front(), (TrainingExamples::Row{"text 0", {"common"}}));
  EXPECT_EQ(rows.back(), (TrainingExamples::Row{train.examples.back().text, {"rare"}}));
  const auto count = static_cast<std::int64_t>(measured.places().size());
  const at::Tensor vectors = measured.example_vectors(at::arange(count, at::kFloat).unsqueeze(1));
  ASSERT_EQ(vectors.size(0), static_cast<std::int64_t>(TrainingExamples::kMostRows));
  EXPECT_EQ(vectors[0].item<float>(), 0);
  EXPECT_EQ(vectors[-1].item<float>(), static_cast<float>(count - 1));
}

}  // namespace
}  // namespace reprtune
