#include <reprtune/eval/mistakes.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

Dataset rows(const std::vector<RowLabels>& labels) {
  Dataset data;
  data.labels = LabelSet({"ham", "spam"});
  for (std::size_t i = 0; i < labels.size(); ++i)
    data.examples.push_back({"text " + std::to_string(i), labels[i], i + 2});
  return data;
}

TEST(Mistakes, DoubtfulLabelsComeFirstThenTheSurestOnes) {
  const std::vector<RowLabels> predicted = {0, 1, 1, 0};
  const std::vector<float> probabilities = {0.9F, 0.1F, 0.3F, 0.7F, 0.2F, 0.8F, 0.6F, 0.4F};
  const std::vector<LabelIssue> issues = {{3, 0, 0.4, 0.6}};
  const auto json = mistakes_json(rows({0, 0, 0, 1}), predicted, probabilities, issues);
  EXPECT_EQ(json["count"], 3);
  EXPECT_EQ(json["doubtful"], 1);
  ASSERT_EQ(json["first"].size(), 3u);
  EXPECT_EQ(json["first"][0]["line"], 5);
  EXPECT_EQ(json["first"][0]["doubtful"], true);
  EXPECT_EQ(json["first"][1]["text"], "text 2");
  EXPECT_EQ(json["first"][1]["label"], "ham");
  EXPECT_EQ(json["first"][1]["predicted"], "spam");
  EXPECT_FLOAT_EQ(json["first"][1]["probability"].get<float>(), 0.8F);
  EXPECT_FLOAT_EQ(json["first"][1]["label_probability"].get<float>(), 0.2F);
  EXPECT_EQ(json["first"][2]["text"], "text 1");
}

TEST(Mistakes, SetsOfLabelsHaveNoProbability) {
  Dataset data = rows({RowLabels(std::vector<std::size_t>{0, 1}), RowLabels(std::vector<std::size_t>{1})});
  data.problem = ProblemType::multi_label;
  const std::vector<RowLabels> predicted = {RowLabels(std::vector<std::size_t>{1}),
                                            RowLabels(std::vector<std::size_t>{1})};
  const auto json = mistakes_json(data, predicted, {}, {});
  EXPECT_EQ(json["count"], 1);
  EXPECT_EQ(json["first"][0]["label"], "ham, spam");
  EXPECT_EQ(json["first"][0]["predicted"], "spam");
  EXPECT_FALSE(json["first"][0].contains("probability"));
}

TEST(Mistakes, OfManyTheFirstTwoHundredAreListed) {
  const std::vector<RowLabels> labels(300, RowLabels(0)), predicted(300, RowLabels(1));
  const auto json = mistakes_json(rows(labels), predicted, std::vector<float>(600, 0.5F), {});
  EXPECT_EQ(json["count"], 300);
  EXPECT_EQ(json["first"].size(), 200u);
  EXPECT_EQ(json["first"][0]["line"], 2);
}

}  // namespace
}  // namespace reprtune
