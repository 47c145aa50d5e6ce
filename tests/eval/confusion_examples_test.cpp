#include <reprtune/eval/confusion_examples.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

Dataset rows(const std::vector<std::size_t>& labels) {
  Dataset data;
  data.labels = LabelSet({"ham", "spam"});
  for (std::size_t i = 0; i < labels.size(); ++i)
    data.examples.push_back({"text " + std::to_string(i), labels[i], i + 2});
  return data;
}

TEST(ConfusionExamples, GroupsRowsByCell) {
  // Right: row 0. Ham taken for spam: rows 1 and 2. Spam taken for ham: row 3.
  const std::vector<float> probabilities = {0.9F, 0.1F, 0.3F, 0.7F, 0.2F, 0.8F, 0.6F, 0.4F};
  const auto json = confusion_examples_json(rows({0, 0, 0, 1}), probabilities);
  ASSERT_EQ(json.size(), 3u);
  EXPECT_EQ(json[0]["label"], 0);  // wrong cells first, the largest before the others
  EXPECT_EQ(json[0]["predicted"], 1);
  EXPECT_EQ(json[0]["rows"], 2);
  EXPECT_EQ(json[0]["first"][0]["text"], "text 2");  // the surest
  EXPECT_EQ(json[0]["first"][1]["line"], 3);
  EXPECT_EQ(json[1]["label"], 1);
  EXPECT_EQ(json[2]["predicted"], 0);
  EXPECT_FLOAT_EQ(json[2]["first"][0]["probability"].get<float>(), 0.9F);
}

TEST(ConfusionExamples, ShowsAFewRowsOfACell) {
  const auto json =
      confusion_examples_json(rows(std::vector<std::size_t>(9, 0)), std::vector<float>(18, 0.5F));
  ASSERT_EQ(json.size(), 1u);
  EXPECT_EQ(json[0]["rows"], 9);
  EXPECT_EQ(json[0]["first"].size(), 5u);
}

TEST(ConfusionExamples, OfNoRows) { EXPECT_TRUE(confusion_examples_json(rows({}), {}).empty()); }

}  // namespace
}  // namespace reprtune
