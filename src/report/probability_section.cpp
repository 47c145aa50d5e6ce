#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/html_table.h>
#include <reprtune/report/line_chart.h>
#include <reprtune/report/probability_section.h>
#include <reprtune/report/reliability_diagram.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostBins = 100;
constexpr std::size_t kMostCuts = 1'000;

// The bins that have rows and make sense.
std::vector<ReliabilityBin> reliability_bins(const Json& metrics) {
  std::vector<ReliabilityBin> table;
  const Json& bins = list_field(metrics, "reliability");
  for (std::size_t i = 0; i < std::min(bins.size(), kMostBins); ++i) {
    const ReliabilityBin bin{number_field(bins[i], "low").value_or(0),
                             number_field(bins[i], "high").value_or(1),
                             count_field(bins[i], "rows").value_or(0), number_field(bins[i], "confidence"),
                             number_field(bins[i], "accuracy")};
    const auto is_share = [](const std::optional<double>& value) {
      return value && *value >= 0 && *value <= 1;
    };
    if (bin.rows > 0 && is_share(bin.confidence) && is_share(bin.accuracy)) table.push_back(bin);
  }
  return table;
}

std::string reliability_table(const std::vector<ReliabilityBin>& bins) {
  HtmlTable table("Reliability table", {{"probability", HtmlColumn::Kind::heading},
                                        {"rows", HtmlColumn::Kind::number},
                                        {"mean probability", HtmlColumn::Kind::number},
                                        {"share right", HtmlColumn::Kind::number}});
  for (const ReliabilityBin& bin : bins) {
    table.add_row({html_number(bin.low, 2) + " to " + html_number(bin.high, 2), html_count(bin.rows),
                   html_number(bin.confidence, 3), html_number(bin.accuracy, 3)});
  }
  return table.html();
}

std::string reliability(const Json& metrics) {
  const std::vector<ReliabilityBin> table = reliability_bins(metrics);
  if (table.empty()) return {};
  return "<div class=\"pair\">\n" + reliability_diagram(table) + reliability_table(table) + "</div>\n";
}

std::string class_threshold_table(const Json& thresholds) {
  HtmlTable table("Below which answers of each class are withheld",
                  {{"class", HtmlColumn::Kind::heading}, {"threshold", HtmlColumn::Kind::number}});
  for (const auto& [label, threshold] : thresholds.items()) {
    table.add_row(
        {html_text(label), threshold.is_number() ? html_number(threshold.get<double>(), 3) : "all withheld"});
  }
  return table.html();
}

std::string abstention(const Json& run) {
  const Json& fitted = field(run, "abstention");
  const auto precision = number_field(fitted, "precision"), threshold = number_field(fitted, "threshold");
  if (!precision) return {};
  const std::string wish = "<p>Asked for " + html_percent(precision) + " right answers, ";
  if (fitted.contains("class_thresholds")) {
    return wish + "the model abstains below a threshold of each class: it answers " +
           html_percent(number_field(fitted, "coverage")) + " of these rows, and " +
           html_percent(number_field(fitted, "accuracy")) + " of them right.</p>\n" +
           class_threshold_table(fitted["class_thresholds"]);
  }
  if (!threshold) return wish + "no threshold reaches them on these rows: every row is answered.</p>\n";
  if (*threshold == 0) {
    return wish + "the model answers every row, for " + html_percent(number_field(fitted, "accuracy")) +
           " of all answers are right.</p>\n";
  }
  return wish + "the model abstains below a probability of " + html_number(threshold, 3) + ": it answers " +
         html_percent(number_field(fitted, "coverage")) + " of these rows, and " +
         html_percent(number_field(fitted, "accuracy")) + " of them right.</p>\n";
}

std::string calibration(const Json& run) {
  const Json& metrics = field(run, "metrics");
  const auto ece = number_field(metrics, "ece"), loss = number_field(metrics, "log_loss");
  if (!ece) return {};
  std::string out =
      "<p>On average they differ by " + html_number(*ece * 100, 1) +
      (has_label_sets(run)
           ? " percentage points from how often a row has the label (expected calibration error)"
           : " percentage points from how often the model is right (expected calibration error)");
  if (loss) out += "; the log loss is " + html_number(loss, 3);
  if (const auto temperature = number_field(run, "temperature")) {
    out += ". They were calibrated on these rows with a temperature of " + html_number(temperature, 2);
  }
  return out + ".</p>\n" + reliability(metrics);
}

struct Cut {
  double threshold = 0, coverage = 0, accuracy = 0;
};

// Where answers can be withheld, thresholds ascending.
std::vector<Cut> cuts_of(const Json& run) {
  std::vector<Cut> cuts;
  const Json& curve = list_field(field(run, "predictions"), "threshold_curve");
  for (std::size_t i = 0; i < std::min(curve.size(), kMostCuts); ++i) {
    const auto threshold = number_field(curve[i], "threshold"), coverage = number_field(curve[i], "coverage"),
               accuracy = number_field(curve[i], "accuracy");
    if (threshold && coverage && accuracy) cuts.push_back({*threshold, *coverage, *accuracy});
  }
  return cuts;
}

std::string threshold_chart(const std::vector<Cut>& cuts, std::optional<double> fitted) {
  ChartSeries right{"share of the answers that is right", {}},
      answered{"share of the rows that is answered", {}};
  for (const Cut& cut : cuts) {
    right.points.push_back({cut.threshold, cut.accuracy});
    answered.points.push_back({cut.threshold, cut.coverage});
  }
  LineChart chart{.title = "What a threshold on the probability does",
                  .description =
                      "The higher the threshold, the fewer rows are answered, and the more of the "
                      "answers are right.",
                  .x_name = "threshold",
                  .series = {std::move(right), std::move(answered)},
                  .lowest = 0.0,
                  .highest = 1.0,
                  .marked_x = {},
                  .marked_name = "abstains below"};
  chart.whole_x = false;
  if (fitted && *fitted > 0) chart.marked_x = fitted;
  return line_chart(chart);
}

// The lowest threshold that meets a wish for right answers; of several wishes that one meets, the highest.
std::string wish_table(const std::vector<Cut>& cuts) {
  struct Wish {
    double share = 0, coverage = 0;
  };
  std::map<double, Wish> by_threshold;
  for (const double share : {0.8, 0.9, 0.95, 0.98, 0.99, 1.0}) {
    const auto found = std::ranges::find_if(cuts, [share](const Cut& cut) { return cut.accuracy >= share; });
    if (found != cuts.end() && found->threshold > 0)
      by_threshold[found->threshold] = {share, found->coverage};
  }
  HtmlTable table("Thresholds for a wished share of right answers",
                  {{"right answers", HtmlColumn::Kind::heading},
                   {"threshold", HtmlColumn::Kind::number},
                   {"rows answered", HtmlColumn::Kind::number}});
  for (const auto& [threshold, wish] : by_threshold)
    table.add_row({html_percent(wish.share), html_number(threshold, 3), html_percent(wish.coverage)});
  return table.size() == 0 ? "" : table.html();
}

std::string thresholds(const Json& run) {
  const std::vector<Cut> cuts = cuts_of(run);
  const std::string fitted = abstention(run);
  if (cuts.size() < 2) return fitted;
  const std::string wishes = wish_table(cuts);
  if (wishes.empty()) {
    const bool all_right = std::ranges::all_of(cuts, [](const Cut& cut) { return cut.accuracy >= 1; });
    return "<h3>When should it not answer?</h3>\n" + fitted +
           (all_right
                ? "<p>On these rows every answer is right, whatever its probability: they do not tell.</p>\n"
                : "<p>No threshold helps: of no part of these rows are 8 in 10 answers right.</p>\n");
  }
  return "<h3>When should it not answer?</h3>\n" + fitted +
         "<p>Each row shows the lowest threshold with which at least so many of the answers on these rows "
         "are "
         "right; on new rows it will be about as many. <code>reprtune classify --threshold</code> withholds "
         "the answers below it.</p>\n<div class=\"pair\">\n" +
         threshold_chart(cuts, number_field(field(run, "abstention"), "threshold")) + wishes + "</div>\n";
}

}  // namespace

std::string probability_section(const Json& run) {
  return html_section("probabilities", "Can the probabilities be trusted?",
                      calibration(run) + thresholds(run));
}

}  // namespace reprtune
