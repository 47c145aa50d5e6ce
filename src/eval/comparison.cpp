#include <reprtune/data/display_text.h>
#include <reprtune/data/fixed_number.h>
#include <reprtune/eval/comparison.h>
#include <reprtune/eval/interval.h>
#include <reprtune/eval/metrics.h>

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

std::string number_text(const Json& number) { return fixed_number(number.get<double>(), 4); }

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
  const auto add = [&](const std::string& name, const std::string& accuracy, const std::string& f1) {
    lines.push_back(display_cell(name, 30) + "  " + display_cell(accuracy, 24) + "  " + display_cell(f1, 24));
  };
  add("method (95 % intervals)", "accuracy", "macro-F1");
  for (const Json& method : comparison["methods"]) {
    const auto score = [&](const std::string& key) {
      const Json& interval = method[key + "_interval"];
      return number_text(method[key]) + "  [" + number_text(interval[0]) + ", " + number_text(interval[1]) +
             "]";
    };
    add(method["name"], score("accuracy"), score("macro_f1"));
  }
  return lines;
}

}  // namespace reprtune
