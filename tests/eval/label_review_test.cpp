#include <reprtune/eval/label_review.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

/// Five rows; the third has the wrong label, the fifth is only unsure.
const std::vector<std::size_t> kTruth = {0, 0, 0, 1, 1};
const std::vector<float> kProbabilities = {0.9F, 0.1F, 0.8F, 0.2F, 0.1F, 0.9F, 0.2F, 0.8F, 0.55F, 0.45F};

Dataset rows() {
  Dataset data;
  data.name = "a.csv";
  data.labels = LabelSet({"ham", "spam"});
  for (std::size_t i = 0; i < kTruth.size(); ++i)
    data.examples.push_back({"text, " + std::to_string(i), kTruth[i], i + 2});
  return data;
}

TEST(LabelReview, WhatReachesTheMeanOfItsClassIsAnIssue) {
  // Mean self-confidence: class 0 (0.9 + 0.8 + 0.1) / 3 = 0.6, class 1 (0.8 + 0.45) / 2 = 0.625.
  const auto issues = find_label_issues(kTruth, kProbabilities, 2);
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].row, 2u);
  EXPECT_EQ(issues[0].suggested, 1u);
  EXPECT_FLOAT_EQ(static_cast<float>(issues[0].suggested_probability), 0.9F);
  EXPECT_FLOAT_EQ(static_cast<float>(issues[0].given_probability), 0.1F);
}

TEST(LabelReview, TheMostConfidentComeFirst) {
  const auto issues =
      find_label_issues(std::vector<std::size_t>{0, 0, 1, 1},
                        std::vector<float>{0.3F, 0.7F, 0.9F, 0.1F, 0.8F, 0.2F, 0.1F, 0.9F}, 2);
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0].row, 2u);
  EXPECT_EQ(issues[1].row, 0u);
}

TEST(LabelReview, AClassWithoutRowsCanBeSuggested) {
  const auto issues = find_label_issues(std::vector<std::size_t>{0, 0, 0},
                                        std::vector<float>{0.9F, 0.1F, 0.7F, 0.3F, 0.1F, 0.9F}, 2);
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].row, 2u);
  EXPECT_TRUE(find_label_issues({}, {}, 2).empty());
}

TEST(LabelReview, AsJsonAndCsv) {
  const LabelReview review{find_label_issues(kTruth, kProbabilities, 2), {{2, 3, 0.99}}};
  const auto json = label_review_json(review, rows(), kProbabilities);
  EXPECT_EQ(json["rows"], 5);
  EXPECT_EQ(json["issues"]["count"], 1);
  EXPECT_EQ(json["issues"]["first"][0]["line"], 4);
  EXPECT_EQ(json["issues"]["first"][0]["label"], "ham");
  EXPECT_EQ(json["issues"]["first"][0]["suggested"], "spam");
  EXPECT_EQ(json["near_duplicates"]["first"][0]["other_line"], 5);
  EXPECT_EQ(json["near_duplicates"]["first"][0]["other_label"], "spam");
  ASSERT_EQ(json["confused"].size(), 2u);
  EXPECT_EQ(json["confused"][0]["predicted"], "spam");
  EXPECT_EQ(json["confused"][0]["examples"][0]["text"], "text, 2");
  EXPECT_EQ(label_issues_csv(review.issues, rows()),
            "file,line,text,label,suggested,probability,label_probability\na.csv,4,\"text, "
            "2\",ham,spam,0.9000,0.1000\n");
}

}  // namespace
}  // namespace reprtune
