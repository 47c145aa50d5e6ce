#include <reprtune/eval/comparison.h>
#include <reprtune/eval/interval.h>
#include <reprtune/eval/metrics.h>

#include <cstdio>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

Metrics score(std::span<const std::size_t> truth, const std::vector<std::size_t>& answers,
              std::size_t classes) {
  std::vector<float> certain(answers.size() * classes, 0);
  for (std::size_t row = 0; row < answers.size(); ++row) certain[row * classes + answers[row]] = 1;
  return compute_metrics(truth, certain, classes);
}

Json interval_json(const Interval& interval) { return {interval.low, interval.high}; }

}  // namespace

Json comparison_json(std::span<const std::size_t> truth, const std::vector<ComparedMethod>& methods,
                     std::size_t classes, std::uint64_t seed) {
  Json list = Json::array();
  for (const auto& [name, predictions] : methods) {
    std::size_t right = 0;
    for (std::size_t row = 0; row < truth.size(); ++row) right += truth[row] == predictions[row] ? 1 : 0;
    list.push_back(
        {{"name", name},
         {"accuracy", static_cast<double>(right) / static_cast<double>(truth.size())},
         {"accuracy_interval", interval_json(wilson_interval(right, truth.size()))},
         {"macro_f1", *score(truth, predictions, classes).macro.f1},
         {"macro_f1_interval", interval_json(bootstrap_macro_f1(truth, predictions, classes, seed))}});
  }
  return {{"rows", truth.size()}, {"methods", std::move(list)}};
}

std::vector<std::string> comparison_lines(const Json& comparison) {
  std::vector<std::string> lines;
  char text[160];
  std::snprintf(text, sizeof text, "%-30s  %-24s  %-24s", "method (95 % intervals)", "accuracy", "macro-F1");
  lines.emplace_back(text);
  for (const Json& method : comparison["methods"]) {
    const auto number = [&](const char* key, std::size_t place) {
      return method[std::string(key) + "_interval"][place].get<double>();
    };
    std::snprintf(text, sizeof text, "%-30s  %.4f  [%.4f, %.4f]  %.4f  [%.4f, %.4f]",
                  method["name"].get<std::string>().c_str(), method["accuracy"].get<double>(),
                  number("accuracy", 0), number("accuracy", 1), method["macro_f1"].get<double>(),
                  number("macro_f1", 0), number("macro_f1", 1));
    lines.emplace_back(text);
  }
  return lines;
}

}  // namespace reprtune
