#include <reprtune/eval/metrics.h>

#include "label_sets_golden.h"

#include <cmath>
#include <fstream>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

nlohmann::json golden() {
  return nlohmann::json::parse(std::ifstream(REPRTUNE_SOURCE_DIR "/tests/eval/metrics_golden.json"));
}

void expect_scores(const nlohmann::json& expected, const PrecisionRecallF1& actual) {
  ASSERT_TRUE(actual.precision && actual.recall && actual.f1);
  EXPECT_NEAR(*actual.precision, expected["precision"].get<double>(), 1e-12);
  EXPECT_NEAR(*actual.recall, expected["recall"].get<double>(), 1e-12);
  EXPECT_NEAR(*actual.f1, expected["f1"].get<double>(), 1e-12);
}

TEST(Metrics, AgreeWithScikitLearn) {
  const nlohmann::json cases = golden()["metrics"];
  ASSERT_FALSE(cases.empty());
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const auto classes = expected["classes"].get<std::size_t>();
    const Metrics actual = compute_metrics(expected["truth"].get<std::vector<std::size_t>>(),
                                           expected["probabilities"].get<std::vector<float>>(), classes);
    EXPECT_EQ(actual.rows, expected["truth"].size());
    EXPECT_NEAR(actual.accuracy, expected["accuracy"].get<double>(), 1e-12);
    expect_scores(expected["macro"], actual.macro);
    expect_scores(expected["weighted"], actual.weighted);
    EXPECT_EQ(metrics_json(actual, std::vector<std::string>(classes))["confusion"]["counts"],
              expected["confusion"]);
    EXPECT_NEAR(actual.log_loss, expected["log_loss"].get<double>(), 1e-9);
    EXPECT_NEAR(actual.expected_calibration_error, expected["ece"].get<double>(), 1e-9);
    ASSERT_EQ(actual.reliability.size(), 15u);
    for (std::size_t i = 0; i < 15; ++i) {
      const ReliabilityBin& bin = actual.reliability[i];
      const auto& wanted = expected["reliability"][i];
      EXPECT_EQ(bin.rows, wanted[0]);
      ASSERT_EQ(bin.confidence.has_value(), wanted.size() == 3);
      if (!bin.confidence) continue;
      EXPECT_NEAR(*bin.confidence, wanted[1].get<double>(), 1e-9);
      EXPECT_NEAR(*bin.accuracy, wanted[2].get<double>(), 1e-12);
    }
    ASSERT_EQ(actual.per_class.size(), classes);
    for (std::size_t c = 0; c < classes; ++c) {
      const auto& wanted = expected["per_class"][c];
      if (wanted.is_null()) {
        EXPECT_FALSE(actual.per_class[c].scores.f1.has_value());
        EXPECT_EQ(actual.per_class[c].support, 0u);
        continue;
      }
      expect_scores(wanted, actual.per_class[c].scores);
      EXPECT_EQ(actual.per_class[c].support, wanted["support"].get<std::size_t>());
    }
  }
}

TEST(Metrics, TheGoldenCasesCoverAbsentClasses) {
  int absent = 0, never_predicted = 0, predicted_only = 0;
  const nlohmann::json cases = golden()["metrics"];
  for (const auto& expected : cases) {
    for (const auto& each : expected["per_class"]) {
      absent += each.is_null();
      if (each.is_null()) continue;
      never_predicted += each["support"] > 0 && each["recall"] == 0;
      predicted_only += each["support"] == 0;
    }
  }
  EXPECT_GT(absent, 0);
  EXPECT_GT(never_predicted, 0);
  EXPECT_GT(predicted_only, 0);
}

TEST(Metrics, LogLossIsClippedNotInfinite) {
  const Metrics metrics = compute_metrics(std::vector<std::size_t>{0}, std::vector<float>{0, 1}, 2);
  EXPECT_NEAR(metrics.log_loss, -std::log(static_cast<double>(std::numeric_limits<float>::min())), 1e-12);
  EXPECT_NEAR(metrics.log_loss, 87.3365, 1e-3);
}

TEST(Metrics, ConfidenceOnABinEdgeBelongsToTheLowerBin) {
  // 0.2 = 3/15 in floats is just above the edge, so both rows share bin 3 and their gaps cancel: |0 + 1 - 2 *
  // 0.2| / 2.
  const std::vector<float> five_fifths = {0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0.2f};
  const Metrics metrics = compute_metrics(std::vector<std::size_t>{0, 1}, five_fifths, 5);
  EXPECT_NEAR(metrics.expected_calibration_error, 0.3, 1e-6);
}

TEST(Metrics, MostConfusedPairsAreSortedAndLimited) {
  const Confusion confusion = {{{0, 0}, 9}, {{0, 1}, 1}, {{0, 2}, 3}, {{1, 0}, 3},
                               {{1, 1}, 9}, {{2, 0}, 4}, {{2, 2}, 9}};
  const std::vector<ConfusedPair> pairs = most_confused(confusion, 3);
  ASSERT_EQ(pairs.size(), 3u);
  EXPECT_EQ(pairs[0].truth, 2u);
  EXPECT_EQ(pairs[0].predicted, 0u);
  EXPECT_EQ(pairs[0].rows, 4u);
  EXPECT_EQ(pairs[1].truth, 0u);  // 3 rows: class 0 before class 1
  EXPECT_EQ(pairs[2].truth, 1u);
  EXPECT_TRUE(most_confused({{{0, 0}, 5}, {{1, 1}, 5}}, 10).empty());
}

TEST(Metrics, ProbabilitiesThatAreNoNumbersStayWithinTheBins) {  // once beyond them, seen by the sanitizer
  const Metrics metrics =
      compute_metrics(std::vector<std::size_t>{0, 1}, std::vector<float>{NAN, NAN, 0.25F, 0.75F}, 2);
  EXPECT_EQ(metrics.reliability.front().rows, 1u);
  EXPECT_EQ(metrics.accuracy, 1);
}

TEST(Metrics, JsonHasTheAgreedShape) {
  const Metrics metrics = compute_metrics(std::vector<std::size_t>{0, 0, 1, 1},
                                          std::vector<float>{1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0}, 3);
  const nlohmann::ordered_json json = metrics_json(metrics, {"a", "b", "c"});
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"rows", "accuracy", "macro", "weighted", "per_class", "confusion",
                                            "log_loss", "ece", "reliability"}));
  EXPECT_EQ(json["rows"], 4);
  EXPECT_EQ(json["accuracy"], 0.75);
  EXPECT_EQ(json["per_class"][0].dump(),
            R"({"label":"a","precision":1.0,"recall":0.5,"f1":0.6666666666666666,"support":2})");
  EXPECT_EQ(json["per_class"][2].dump(),
            R"({"label":"c","precision":null,"recall":null,"f1":null,"support":0})");
  EXPECT_EQ(json["confusion"].dump(), R"({"labels":["a","b","c"],"counts":[[1,1,0],[0,2,0],[0,0,0]]})");
  EXPECT_EQ(json["reliability"][0].dump(),
            R"({"low":0.0,"high":0.06666666666666667,"rows":0,"confidence":null,"accuracy":null})");
  EXPECT_EQ(json["reliability"][14]["rows"], 4);
  EXPECT_EQ(json["reliability"][14]["accuracy"], 0.75);
}

TEST(Metrics, OfManyClassesHaveOnlyCellsWithRows) {
  constexpr std::size_t kClasses = 100'000;  // a matrix of them has 80 GB
  std::vector<float> probabilities(2 * kClasses, 0);
  probabilities[7] = probabilities[kClasses + 3] = 1;
  const Metrics metrics = compute_metrics(std::vector<std::size_t>{7, 5}, probabilities, kClasses);
  EXPECT_EQ(metrics.confusion, (Confusion{{{5, 3}, 1}, {{7, 7}, 1}}));
  EXPECT_EQ(metrics.per_class[7].scores.f1, 1.0);
  const auto json = metrics_json(metrics, std::vector<std::string>(kClasses, "x"));
  EXPECT_EQ(json["confusion"]["cells"].dump(), "[[5,3,1],[7,7,1]]");
  EXPECT_FALSE(json["confusion"].contains("counts"));
}

TEST(LabelSetMetrics, AgreeWithScikitLearn) {
  const auto cases = label_sets_golden().at("metrics");
  ASSERT_FALSE(cases.empty());
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected.at("name").get<std::string>());
    const auto classes = expected.at("classes").get<std::size_t>();
    const Metrics actual =
        compute_metrics(golden_sets(expected.at("truth")), golden_sets(expected.at("predicted")),
                        expected.at("probabilities").get<std::vector<float>>(), classes);
    EXPECT_EQ(actual.rows, expected.at("truth").size());
    EXPECT_NEAR(actual.accuracy, expected.at("accuracy").get<double>(), 1e-12);
    ASSERT_TRUE(actual.label_sets);
    EXPECT_NEAR(actual.label_sets->hamming_loss, expected.at("hamming_loss").get<double>(), 1e-12);
    expect_scores(expected.at("samples"), actual.label_sets->samples);
    for (const auto& [name, scores] :
         {std::pair("macro", actual.macro), std::pair("weighted", actual.weighted),
          std::pair("micro", actual.label_sets->micro)}) {
      SCOPED_TRACE(name);
      EXPECT_EQ(scores.f1.has_value(), !expected.at(name).is_null());
      if (scores.f1) expect_scores(expected.at(name), scores);
    }
    for (std::size_t c = 0; c < classes; ++c)
      EXPECT_EQ(actual.per_class.at(c).support, expected.at("support").at(c).get<std::size_t>());
    EXPECT_NEAR(actual.log_loss, expected.at("log_loss").get<double>(), 1e-6);
    EXPECT_NEAR(actual.expected_calibration_error, expected.at("ece").get<double>(), 1e-9);
    EXPECT_TRUE(actual.confusion.empty());
  }
}

TEST(LabelSetMetrics, ByHand) {
  // Rows {a, b} given {a}, {} given {} and {} given {b}.
  const std::vector<RowLabels> truth = {RowLabels({0, 1}), RowLabels(), RowLabels()};
  const std::vector<RowLabels> predicted = {RowLabels(0), RowLabels(), RowLabels(1)};
  const Metrics metrics = compute_metrics(truth, predicted, std::vector<float>(6, 0.5F), 2);
  EXPECT_NEAR(metrics.accuracy, 1.0 / 3, 1e-12);
  EXPECT_NEAR(metrics.label_sets->hamming_loss, 2.0 / 6, 1e-12);
  EXPECT_NEAR(*metrics.label_sets->micro.f1, 2.0 / 4, 1e-12);
  EXPECT_NEAR(*metrics.label_sets->samples.f1, (2.0 / 3 + 1 + 0) / 3, 1e-12);
  EXPECT_NEAR(*metrics.macro.f1, (1.0 + 0) / 2, 1e-12);
  EXPECT_NEAR(metrics.log_loss, 2 * std::log(2.0), 1e-6);
}

TEST(LabelSetMetrics, JsonHasTheAgreedShape) {
  const std::vector<RowLabels> truth = {RowLabels(0), RowLabels()};
  const Metrics metrics = compute_metrics(truth, truth, std::vector<float>{1, 0, 0, 0}, 2);
  const nlohmann::ordered_json json = metrics_json(metrics, {"a", "b"});
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"rows", "accuracy", "macro", "weighted", "micro", "samples",
                                            "hamming_loss", "per_class", "log_loss", "ece", "reliability"}));
  EXPECT_EQ(json["micro"].dump(), R"({"precision":1.0,"recall":1.0,"f1":1.0})");
  EXPECT_EQ(json["hamming_loss"], 0);
  EXPECT_EQ(json["reliability"][14]["rows"], 1);  // decisions, not rows
  EXPECT_EQ(json["reliability"][0]["rows"], 3);
}

}  // namespace
}  // namespace reprtune
