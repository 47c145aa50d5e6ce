#include <reprtune/text/tfidf.h>

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(Tfidf, WeightsOfASmallCorpusByHand) {
  // Features in order of the texts they are in: "late" (2), then by appearance "my", "parcel", "my parcel",
  // ...
  const std::vector<std::string> texts = {"My parcel: late!", "late late order"};
  const Tfidf tfidf = Tfidf::fit(texts, 100);
  EXPECT_EQ(tfidf.feature_count(),
            8u);  // late my parcel "my parcel" "parcel late" "late late" order "late order"
  const SparseRows rows = tfidf.transform(texts);
  EXPECT_EQ(rows.begins, (std::vector<std::int64_t>{0, 5}));
  ASSERT_EQ(rows.features.size(), 9u);
  const double common = 1, rare = std::log(1.5) + 1;  // ln(3 / 3) + 1, ln(3 / 2) + 1
  const double first = std::sqrt(common * common + 4 * rare * rare);
  EXPECT_EQ(rows.features[0], 0);
  EXPECT_NEAR(rows.values[0], common / first, 1e-6);
  EXPECT_NEAR(rows.values[1], rare / first, 1e-6);
  const double twice = (1 + std::log(2.0)) * common;
  const double second = std::sqrt(twice * twice + 3 * rare * rare);
  EXPECT_NEAR(rows.values[5], twice / second, 1e-6);
}

TEST(Tfidf, WhatIsNewIsAbsent) {
  const Tfidf tfidf = Tfidf::fit(std::vector<std::string>{"a b", "a c"}, 100);
  const SparseRows rows = tfidf.transform(std::vector<std::string>{"x y", "", "A x"});
  EXPECT_EQ(rows.begins, (std::vector<std::int64_t>{0, 0, 0}));
  EXPECT_EQ(rows.features, (std::vector<std::int64_t>{0}));
  EXPECT_EQ(rows.values, (std::vector<float>{1}));
}

TEST(Tfidf, TheMostCommonFeaturesAreKept) {
  const Tfidf tfidf = Tfidf::fit(std::vector<std::string>{"a b", "b c", "c b d"}, 2);
  EXPECT_EQ(tfidf.feature_count(), 2u);  // b is in three texts, c in two
  EXPECT_EQ(tfidf.transform(std::vector<std::string>{"c b a"}).features, (std::vector<std::int64_t>{0, 1}));
}

}  // namespace
}  // namespace reprtune
