#include <reprtune/eval/calibration.h>

#include "label_sets_golden.h"

#include <algorithm>
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

/// The temperature of B rows with the logits (d, 0), so many of them right.
double temperature_of(std::size_t rows, std::size_t right, float d) {
  std::vector<float> logits;
  std::vector<std::size_t> truth(rows, 1);
  for (std::size_t i = 0; i < rows; ++i) logits.insert(logits.end(), {d, 0});
  std::fill_n(truth.begin(), right, 0);
  return fit_temperature(logits, truth, 2);
}

/// Of a share s of B rows that are to be right, the derivative of the loss by log T, B (s - p) d / T with p =
/// sigmoid(d / T), and that of the prior, log T / 0.5^2, cancel out.
TEST(Calibration, TheLossAndThePriorAreInBalance) {
  for (const std::size_t rows : {1U, 4U, 100U}) {
    for (const std::size_t right : {rows, rows - rows / 4}) {
      for (const float d : {0.5F, 2.0F, 9.0F}) {
        const double T = temperature_of(rows, right, d), B = static_cast<double>(rows);
        const double share =
            (static_cast<double>(right) * (B + 1) + (B - static_cast<double>(right))) / (B * (B + 2));
        const double ratio = static_cast<double>(d) / T, p = 1 / (1 + std::exp(-ratio));
        EXPECT_NEAR(B * (p - share) * ratio, 4 * std::log(T), 1e-6) << rows << " " << right << " " << d;
      }
    }
  }
}

TEST(Calibration, ManyRowsAreWorthMoreThanThePrior) {
  // Three of four right: calibrated when sigmoid(8 / T) = 3/4, that is T = 8 / ln 3.
  const double calibrated = 8 / std::log(3.0);
  EXPECT_NEAR(temperature_of(200'000, 150'000, 8), calibrated, 5e-3);
  EXPECT_NEAR(temperature_of(4'000, 3'000, 8), calibrated, 0.15);
  EXPECT_LT(temperature_of(4, 3, 8), calibrated / 2);
}

TEST(Calibration, AHandfulOfRowsWithoutAMistakeOrAllWrongChangesLittle) {
  EXPECT_GT(temperature_of(4, 4, 1), 0.7);
  EXPECT_LT(temperature_of(2, 0, 2), 2);
}

TEST(Calibration, TheLikeliestOtherClassGetsTheRest) {
  // As with two classes, for the third is out of the question, wherever it stands.
  const double expected = temperature_of(2, 2, 9);
  const std::vector<std::size_t> first = {0, 0}, second = {1, 1}, third = {2, 2};
  EXPECT_NEAR(fit_temperature(std::vector<float>{9, 0, -1e9f, 9, -1e9f, 0}, first, 3), expected, 1e-9);
  EXPECT_NEAR(fit_temperature(std::vector<float>{0, 9, -1e9f, -1e9f, 9, 0}, second, 3), expected, 1e-9);
  EXPECT_NEAR(fit_temperature(std::vector<float>{0, -1e9f, 9, -1e9f, 0, 9}, third, 3), expected, 1e-9);
}

TEST(Calibration, TemperatureStaysWithinBounds) {
  EXPECT_EQ(fit_temperature({}, {}, 3), 1);
  EXPECT_EQ(temperature_of(1'000, 0, 9), 20);  // always wrong: ever less certain
  EXPECT_EQ(temperature_of(1'000, 1'000, 0.01F), 0.05);
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
