#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/line_chart.h>
#include <reprtune/report/training_section.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

ChartSeries step_series(const Json& run, const char* key, std::string name) {
  ChartSeries series{std::move(name), {}};
  for (const Json& line : list_field(run, "steps")) {
    const auto step = number_field(line, "step"), value = number_field(line, key);
    if (step && value) series.points.push_back({*step, *value});
  }
  return series;
}

/// Several values of one epoch are those of several rounds: their mean.
ChartSeries validation_series(const Json& run, const char* key, std::string name) {
  std::map<double, std::vector<double>> by_epoch;
  for (const Json& line : list_field(run, "validations")) {
    const auto epoch = number_field(line, "epoch"), value = number_field(field(line, "validation"), key);
    if (epoch && value) by_epoch[*epoch].push_back(*value);
  }
  ChartSeries series{std::move(name), {}};
  for (const auto& [epoch, values] : by_epoch) {
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    series.points.push_back({epoch, sum / static_cast<double>(values.size())});
  }
  return series;
}

/// The step after which the last round, the final fit, began; absent where there was one round only.
std::optional<double> final_fit_step(const Json& run) {
  std::optional<double> before;
  std::string round;
  double last = 0;
  for (const Json& line : list_field(run, "steps")) {
    const std::string of_line = text_field(line, "round");
    if (last > 0 && of_line != round) before = last;
    round = of_line;
    last = number_field(line, "step").value_or(last);
  }
  return before;
}

// Where the y axis of scores may begin so that differences can be seen: a tenth below the lowest score.
double lowest_score(const std::vector<ChartSeries>& series) {
  double lowest = 1;
  for (const ChartSeries& each : series) {
    for (const ChartPoint& point : each.points) lowest = std::min(lowest, point.y);
  }
  return std::max(0.0, lowest - 0.1);
}

std::string loss_chart(const Json& run) {
  return line_chart(
      {.title = "Training loss (lower is better)",
       .description = "The training loss and its two parts, classification and contrastive, over the steps.",
       .x_name = "step",
       .series = {step_series(run, "loss", "loss"),
                  step_series(run, "classification_loss", "classification part"),
                  step_series(run, "contrastive_loss", "contrastive part")},
       .lowest = 0.0,
       .highest = {},
       .marked_x = final_fit_step(run),
       .marked_name = "final fit begins"});
}

// Accuracies to beat.
std::vector<ChartLevel> baseline_levels(const Json& run) {
  std::vector<ChartLevel> levels;
  const Json& baselines = field(run, "baselines");
  for (const auto& [key, name] : {std::pair("majority", "accuracy of the majority class"),
                                  {"linear_probe", "accuracy of a linear probe"}}) {
    if (const auto accuracy = number_field(field(baselines, key), "accuracy"))
      levels.push_back({name, *accuracy});
  }
  return levels;
}

std::string score_chart(const Json& run) {
  std::vector<ChartSeries> series = {validation_series(run, "accuracy", "accuracy"),
                                     validation_series(run, "precision", "precision (macro)"),
                                     validation_series(run, "recall", "recall (macro)"),
                                     validation_series(run, "f1", "F1 (macro)")};
  const double lowest = lowest_score(series);
  return line_chart(
      {.title = "Validation scores (higher is better)",
       .description = "Accuracy and macro precision, recall and F1 on the validation rows after each epoch.",
       .x_name = "epoch",
       .series = std::move(series),
       .lowest = lowest,
       .highest = 1.0,
       .marked_x = number_field(run, "best_epoch"),
       .marked_name = "best epoch",
       .dots = true,
       .levels = baseline_levels(run)});
}

std::string validation_loss_chart(const Json& run) {
  return line_chart({.title = "Validation loss (lower is better)",
                     .description =
                         "The loss on the validation rows after each epoch; when it rises while the training "
                         "loss falls, the model is learning its rows by heart.",
                     .x_name = "epoch",
                     .series = {validation_series(run, "loss", "validation loss")},
                     .lowest = 0.0,
                     .highest = {},
                     .marked_x = number_field(run, "best_epoch"),
                     .marked_name = "best epoch",
                     .dots = true});
}

std::string learning_rate_chart(const Json& run) {
  return line_chart({.title = "Learning rate",
                     .description = "The learning rate over the steps: a warm-up, then a decay.",
                     .x_name = "step",
                     .series = {step_series(run, "learning_rate", "learning rate")},
                     .lowest = 0.0,
                     .highest = {},
                     .marked_x = final_fit_step(run),
                     .marked_name = "final fit begins"});
}

}  // namespace

std::string training_section(const Json& run) {
  const std::string charts =
      loss_chart(run) + score_chart(run) + validation_loss_chart(run) + learning_rate_chart(run);
  if (charts.empty()) return {};
  return html_section("training", "Training", "<div class=\"pair\">\n" + charts + "</div>\n");
}

}  // namespace reprtune
