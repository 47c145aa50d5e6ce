#include <reprtune/eval/cross_validation.h>

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::pair<const char*, double (*)(const Metrics&)> kScores[] = {
    {"accuracy", [](const Metrics& metrics) { return metrics.accuracy; }},
    {"precision", [](const Metrics& metrics) { return *metrics.macro.precision; }},
    {"recall", [](const Metrics& metrics) { return *metrics.macro.recall; }},
    {"f1", [](const Metrics& metrics) { return *metrics.macro.f1; }},
    {"log_loss", [](const Metrics& metrics) { return metrics.log_loss; }},
    {"ece", [](const Metrics& metrics) { return metrics.expected_calibration_error; }},
};

}  // namespace

MeanAndSpread mean_and_spread(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  MeanAndSpread result{std::accumulate(values.begin(), values.end(), 0.0) / count, 0};
  if (values.size() < 2) return result;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.spread = std::sqrt(squares / (count - 1));
  return result;
}

Json cross_validation_json(std::span<const FoldScores> folds) {
  Json json = {{"folds", Json::array()}, {"mean", Json::object()}, {"spread", Json::object()}};
  for (const FoldScores& fold : folds) {
    json["folds"].push_back(
        {{"fold", json["folds"].size() + 1}, {"rows", fold.metrics.rows}, {"best_epoch", fold.best_epoch}});
  }
  for (const auto& [name, score] : kScores) {
    std::vector<double> values;
    for (const FoldScores& fold : folds) values.push_back(score(fold.metrics));
    for (std::size_t i = 0; i < values.size(); ++i) json["folds"][i][name] = values[i];
    const MeanAndSpread all = mean_and_spread(values);
    json["mean"][name] = all.mean;
    json["spread"][name] = all.spread;
  }
  return json;
}

}  // namespace reprtune
