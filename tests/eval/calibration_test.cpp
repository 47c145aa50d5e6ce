#include <reprtune/eval/calibration.h>

#include "label_sets_golden.h"

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

TEST(Calibration, TemperatureAgreesWithScipy) {
  const auto golden =
      nlohmann::json::parse(std::ifstream(REPRTUNE_SOURCE_DIR "/tests/eval/metrics_golden.json"));
  for (const auto& expected : golden["temperatures"]) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const double actual =
        fit_temperature(expected["logits"].get<std::vector<float>>(),
                        expected["truth"].get<std::vector<std::size_t>>(), expected["classes"]);
    EXPECT_NEAR(actual, expected["temperature"].get<double>(), 1e-5);
  }
}

TEST(Calibration, TemperatureScalesWithTheLogits) {
  // Three of four right, and one right and one wrong more: calibrated when sigmoid(d / T) = 4/6, that is T =
  // d / ln 2.
  const std::vector<std::size_t> truth = {0, 0, 0, 1};
  for (const float d : {0.5f, 2.0f, 8.0f}) {
    const std::vector<float> logits = {d, 0, d, 0, d, 0, d, 0};
    EXPECT_NEAR(fit_temperature(logits, truth, 2), static_cast<double>(d) / std::log(2.0), 1e-9);
  }
}

TEST(Calibration, RowsWithoutAMistakeDoNotMakeCertain) {
  // All right: calibrated when sigmoid(9 / T) = (B + 1) / (B + 2), that is T = 9 / ln(B + 1).
  for (const std::size_t rows : {1u, 2u, 100u}) {
    std::vector<float> logits;
    for (std::size_t i = 0; i < rows; ++i) logits.insert(logits.end(), {9, 0});
    EXPECT_NEAR(fit_temperature(logits, std::vector<std::size_t>(rows, 0), 2),
                9 / std::log(static_cast<double>(rows) + 1), 1e-9);
  }
}

TEST(Calibration, TheLikeliestOtherClassGetsTheRest) {
  // As with two classes, for the third is out of the question, wherever it stands.
  const double expected = 9 / std::log(3.0);
  const std::vector<std::size_t> first = {0, 0}, second = {1, 1}, third = {2, 2};
  EXPECT_NEAR(fit_temperature(std::vector<float>{9, 0, -1e9f, 9, -1e9f, 0}, first, 3), expected, 1e-9);
  EXPECT_NEAR(fit_temperature(std::vector<float>{0, 9, -1e9f, -1e9f, 9, 0}, second, 3), expected, 1e-9);
  EXPECT_NEAR(fit_temperature(std::vector<float>{0, -1e9f, 9, -1e9f, 0, 9}, third, 3), expected, 1e-9);
}

TEST(Calibration, TemperatureStaysWithinBounds) {
  EXPECT_EQ(fit_temperature({}, {}, 3), 1);
  const std::vector<float> logits = {9, 0, 9, 0}, close = {0.01f, 0, 0.01f, 0};
  EXPECT_EQ(fit_temperature(logits, std::vector<std::size_t>{1, 1}, 2),
            20);  // always wrong: ever less certain
  EXPECT_EQ(fit_temperature(close, std::vector<std::size_t>{0, 0}, 2), 0.05);
  const std::vector<float> equal = {3, 3, 3, 3};
  EXPECT_EQ(fit_temperature(equal, std::vector<std::size_t>{1, 0}, 2), 1);
  const std::vector<float> single = {4, -2};
  EXPECT_EQ(fit_temperature(single, std::vector<std::size_t>{0, 0}, 1), 1);
}

TEST(Calibration, SoftmaxOfKnownNumbers) {
  const float ln2 = std::log(2.0f);
  const std::vector<float> p = softmax(std::vector<float>{0, ln2, 0, 2 * ln2}, 2, 1);
  EXPECT_NEAR(p[0], 1.0 / 3, 1e-6);
  EXPECT_NEAR(p[1], 2.0 / 3, 1e-6);
  EXPECT_NEAR(p[3], 4.0 / 5, 1e-6);
  EXPECT_NEAR(softmax(std::vector<float>{0, 2 * ln2}, 2, 2)[1], 2.0 / 3, 1e-6);
}

TEST(Calibration, SoftmaxSurvivesHugeLogits) {
  const std::vector<float> p = softmax(std::vector<float>{1e30f, 1e30f, -1e30f}, 3, 0.05);
  EXPECT_EQ(p, (std::vector<float>{0.5f, 0.5f, 0}));
}

TEST(Calibration, TemperatureOfSigmoidsAgreesWithScipy) {
  for (const auto& expected : label_sets_golden().at("temperatures")) {
    SCOPED_TRACE(expected.at("name").get<std::string>());
    const double actual = fit_sigmoid_temperature(expected.at("logits").get<std::vector<float>>(),
                                                  golden_sets(expected.at("truth")), expected.at("classes"));
    EXPECT_NEAR(actual, expected.at("temperature").get<double>(), 1e-5);
  }
}

TEST(Calibration, SigmoidsOfExtremeLogitsAreNumbers) {
  const std::vector<float> p = sigmoid(std::vector<float>{-1e30F, 0, 1e30F, 2}, 2);
  EXPECT_EQ(p[0], 0);
  EXPECT_EQ(p[1], 0.5F);
  EXPECT_EQ(p[2], 1);
  EXPECT_NEAR(static_cast<double>(p[3]), 1 / (1 + std::exp(-1.0)), 1e-7);
}

}  // namespace
}  // namespace reprtune
