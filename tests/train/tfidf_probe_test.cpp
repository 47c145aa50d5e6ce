#include <reprtune/train/tfidf_probe.h>

#include "toy_data.h"

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(TfidfProbe, WordsOfTheTrainingRowsDecide) {
  Split rows{toy_data(), toy_data()};
  rows.validation.examples = {{"the account password", 0, 1}, {"order: a late parcel", 1, 2}, {"", 0, 3}};
  const auto predicted = tfidf_predictions(rows);
  ASSERT_EQ(predicted.size(), 3u);  // of a text without words there is just some answer
  EXPECT_EQ(predicted[0], 0u);
  EXPECT_EQ(predicted[1], 1u);
  EXPECT_EQ(tfidf_predictions(rows), predicted);
}

TEST(TfidfProbe, AClassWithoutTrainingRowsIsNotPredicted) {
  Split rows{toy_data(), toy_data()};
  rows.train.labels = rows.validation.labels = LabelSet({"account", "parcel", "other"});
  for (const std::size_t label : tfidf_predictions(rows)) EXPECT_LT(label, 2u);
}

TEST(TfidfProbe, TextsWithoutWordsAreNoTrouble) {
  Split rows{toy_data(), toy_data()};
  for (Example& example : rows.train.examples) example.text = "...";
  EXPECT_EQ(tfidf_predictions(rows).size(), 20u);
}

}  // namespace
}  // namespace reprtune
