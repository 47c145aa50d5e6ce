#include <reprtune/eval/label_thresholds.h>

#include "label_sets_golden.h"

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(LabelThresholds, AreThoseOfTryingEveryCut) {
  for (const auto& golden : label_sets_golden().at("thresholds")) {
    SCOPED_TRACE(golden.at("name").get<std::string>());
    const std::vector<float> actual =
        fit_label_thresholds(golden_sets(golden.at("truth")),
                             golden.at("probabilities").get<std::vector<float>>(), golden.at("classes"));
    const auto expected = golden.at("thresholds").get<std::vector<double>>();
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t c = 0; c < actual.size(); ++c)
      EXPECT_NEAR(static_cast<double>(actual[c]), expected[c], 1e-5);
  }
}

TEST(LabelThresholds, FewRowsLeaveALabelNearTheCommonOne) {
  // Label 0: 200 rows, told apart at 0.5. Label 1: one row, told apart at 0.1.
  std::vector<RowLabels> truth;
  std::vector<float> probabilities;
  for (int i = 0; i < 400; ++i) {
    truth.emplace_back(i % 2 == 0 ? RowLabels(0) : i == 1 ? RowLabels(1) : RowLabels());
    probabilities.insert(probabilities.end(), {i % 2 == 0 ? 0.75F : 0.25F, i == 1 ? 0.2F : 0.05F});
  }
  const std::vector<float> thresholds = fit_label_thresholds(truth, probabilities, 2);
  EXPECT_NEAR(thresholds[0], 0.5F, 1e-3F);
  EXPECT_GT(thresholds[1], 0.4F);
  EXPECT_LT(thresholds[1], 0.5F);
}

}  // namespace
}  // namespace reprtune
