#include <reprtune/report/confusion_matrix.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/reliability_diagram.h>
#include <reprtune/report/results_section.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kTallTable = 15;
constexpr std::size_t kMostBins = 100;
constexpr std::size_t kMostFolds = 1'000;

std::string weakest_class(const Json& metrics) {
  std::string label;
  double lowest = 2;
  for (const Json& each : list_field(metrics, "per_class")) {
    const auto f1 = number_field(each, "f1");
    if (!f1 || *f1 >= lowest) continue;
    lowest = *f1;
    label = text_field(each, "label");
  }
  if (lowest > 1) return {};
  return "<p>The weakest class is " + html_user_text(label, 60) + ", with an F1 of " +
         html_number(lowest, 3) + ".</p>\n";
}

std::string scores_cells(const Json& scores, const std::string& support) {
  std::string out;
  for (const char* key : {"precision", "recall", "f1"}) {
    out += "<td class=\"n\">" + html_number(number_field(scores, key), 3) + "</td>";
  }
  return out + "<td class=\"n\">" + support + "</td>";
}

std::string class_table(const Json& metrics) {
  const Json& classes = list_field(metrics, "per_class");
  if (classes.empty()) return {};
  std::string out = "<table class=\"bars\">" +
                    html_table_head({{"class"},
                                     {"precision", HtmlColumn::Kind::number},
                                     {"recall", HtmlColumn::Kind::number},
                                     {"F1", HtmlColumn::Kind::number},
                                     {"rows", HtmlColumn::Kind::number},
                                     {"", HtmlColumn::Kind::bar}}) +
                    "<tbody>\n";
  for (const Json& each : classes) {
    out += "<tr><th scope=\"row\">" + html_user_text(text_field(each, "label"), 60) + "</th>";
    out += scores_cells(each, html_count(count_field(each, "support").value_or(0)));
    const double share = 100 * number_field(each, "f1").value_or(0);
    out += "<td class=\"bar\" aria-hidden=\"true\"><span style=\"width:" + html_number(share, 1) +
           "%\"></span></td></tr>\n";
  }
  const std::string rows = html_count(count_field(metrics, "rows").value_or(0));
  out += "</tbody><tfoot>\n<tr><th scope=\"row\">mean, each class the same (macro)</th>" +
         scores_cells(field(metrics, "macro"), rows) + "<td></td></tr>\n";
  out += "<tr><th scope=\"row\">mean by rows (weighted)</th>" +
         scores_cells(field(metrics, "weighted"), rows) + "<td></td></tr>\n";
  for (const auto& [key, name] : {std::pair("micro", "all labels of all rows together (micro)"),
                                  {"samples", "mean over the rows (samples)"}}) {
    if (!field(metrics, key).is_object()) continue;
    out += std::string("<tr><th scope=\"row\">").append(name) + "</th>" +
           scores_cells(field(metrics, key), rows) + "<td></td></tr>\n";
  }
  out += "</tfoot></table>\n";
  return "<h3>Every class</h3>\n<p>Precision: of the rows given this class, the share that is right. Recall: "
         "of the rows "
         "of this class, the share that was found. F1 is their harmonic mean.</p>\n" +
         html_scroll_box("Scores of every class", out, classes.size() > kTallTable);
}

// The matrix, when it is a square one of the labels' size.
std::string confusion(const Json& metrics) {
  const Json& confusion = field(metrics, "confusion");
  std::vector<std::string> labels;
  for (const Json& label : list_field(confusion, "labels")) {
    labels.push_back(label.is_string() ? label.get<std::string>() : std::string());
  }
  std::vector<std::vector<std::size_t>> counts;
  for (const Json& row : list_field(confusion, "counts")) {
    if (!row.is_array() || row.size() != labels.size()) return {};
    counts.emplace_back();
    for (const Json& count : row) {
      if (!count.is_number_unsigned() && !(count.is_number_integer() && count.get<long long>() >= 0))
        return {};
      counts.back().push_back(count.get<std::size_t>());
    }
  }
  if (counts.size() != labels.size() || labels.empty()) return {};
  return "<h3>Which class is taken for which</h3>\n<p>Blue: right. Orange: wrong. The deeper the colour, the "
         "larger the "
         "share of the true class.</p>\n" +
         confusion_matrix(counts, labels);
}

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

std::string reliability_table(const std::vector<ReliabilityBin>& table) {
  std::string out = "<table>" +
                    html_table_head({{"probability"},
                                     {"rows", HtmlColumn::Kind::number},
                                     {"mean probability", HtmlColumn::Kind::number},
                                     {"share right", HtmlColumn::Kind::number}}) +
                    "<tbody>\n";
  for (const ReliabilityBin& bin : table) {
    out += "<tr><th scope=\"row\">" + html_number(bin.low, 2) + " to " + html_number(bin.high, 2) +
           "</th><td class=\"n\">" + html_count(bin.rows) + "</td><td class=\"n\">" +
           html_number(bin.confidence, 3) + "</td><td class=\"n\">" + html_number(bin.accuracy, 3) +
           "</td></tr>\n";
  }
  return html_scroll_box("Reliability table", out + "</tbody></table>\n");
}

std::string reliability(const Json& metrics) {
  const std::vector<ReliabilityBin> table = reliability_bins(metrics);
  if (table.empty()) return {};
  return "<div class=\"pair\">\n" + reliability_diagram(table) + reliability_table(table) + "</div>\n";
}

std::string abstention(const Json& run) {
  const Json& fitted = field(run, "abstention");
  const auto precision = number_field(fitted, "precision"), threshold = number_field(fitted, "threshold");
  if (!precision) return {};
  const std::string wish = "<p>Asked for " + html_percent(precision) + " right answers, ";
  if (!threshold) return wish + "no threshold reaches them on these rows: every row is answered.</p>\n";
  if (*threshold == 0) {
    return wish + "the model answers every row, for " + html_percent(number_field(fitted, "accuracy")) +
           " of all answers are right.</p>\n";
  }
  return wish + "the model abstains below a probability of " + html_number(threshold, 3) + ": it answers " +
         html_percent(number_field(fitted, "coverage")) + " of these rows, and " +
         html_percent(number_field(fitted, "accuracy")) + " of them right.</p>\n";
}

/// "0.912 ± 0.013", of a mean and spread.
std::string spread_cell(const Json& cross_validation, const char* key) {
  return "<td class=\"n\">" + html_number(number_field(field(cross_validation, "mean"), key), 3) +
         " \u00b1 " + html_number(number_field(field(cross_validation, "spread"), key), 3) + "</td>";
}

std::string fold_table(const Json& run) {
  const Json& cross_validation = field(run, "cross_validation");
  const Json& folds = list_field(cross_validation, "folds");
  if (folds.empty()) return {};
  constexpr const char* kScores[] = {"accuracy", "f1", "log_loss", "ece"};
  std::string out = "<table>" +
                    html_table_head({{"fold"},
                                     {"rows", HtmlColumn::Kind::number},
                                     {"best epoch", HtmlColumn::Kind::number},
                                     {"accuracy", HtmlColumn::Kind::number},
                                     {"macro-F1", HtmlColumn::Kind::number},
                                     {"log loss", HtmlColumn::Kind::number},
                                     {"ECE", HtmlColumn::Kind::number}}) +
                    "<tbody>\n";
  for (std::size_t i = 0; i < std::min(folds.size(), kMostFolds); ++i) {
    out += "<tr><th scope=\"row\">" + html_count(i + 1) + "</th><td class=\"n\">" +
           html_count(count_field(folds[i], "rows").value_or(0)) + "</td><td class=\"n\">" +
           html_count(count_field(folds[i], "best_epoch").value_or(0)) + "</td>";
    for (const char* key : kScores)
      out += "<td class=\"n\">" + html_number(number_field(folds[i], key), 3) + "</td>";
    out += "</tr>\n";
  }
  out += "</tbody><tfoot><tr><th scope=\"row\">mean \u00b1 spread</th><td></td><td></td>";
  for (const char* key : kScores) out += spread_cell(cross_validation, key);
  return "<h3>Cross-validation</h3>\n<p>Each fold was predicted by a model that was trained on the other "
         "folds. The spread is the standard deviation over the folds. The model of this folder was then "
         "trained on all of them, for the median of the best epochs.</p>\n" +
         html_scroll_box("Scores of every fold", out + "</tr></tfoot></table>\n", folds.size() > kTallTable);
}

std::string whole_sets(const Json& metrics) {
  const auto hamming = number_field(metrics, "hamming_loss");
  if (!hamming) return {};
  return "<p>For " + html_percent(number_field(metrics, "accuracy")) +
         " of the rows the labels are exactly right; of all decisions, one for each row and label, " +
         html_percent(hamming) +
         " are wrong (Hamming loss). The thresholds from which on labels are given were fitted on these "
         "rows.</p>\n";
}

std::string calibration(const Json& run, const Json& metrics) {
  const auto ece = number_field(metrics, "ece"), loss = number_field(metrics, "log_loss");
  if (!ece) return {};
  std::string out =
      "<h3>Can the probabilities be trusted?</h3>\n<p>On average they differ by " +
      html_number(*ece * 100, 1) +
      (has_label_sets(run)
           ? " percentage points from how often a row has the label (expected calibration error)"
           : " percentage points from how often the model is right (expected calibration error)");
  if (loss) out += "; the log loss is " + html_number(loss, 3);
  if (const auto temperature = number_field(run, "temperature")) {
    out += ". They were calibrated on these rows with a temperature of " + html_number(temperature, 2);
  }
  return out + ".</p>\n" + abstention(run) + reliability(metrics);
}

}  // namespace

std::string results_section(const Json& run) {
  const Json& metrics = field(run, "metrics");
  const bool folds = count_field(field(run, "data"), "folds").has_value();
  return html_section("results", folds ? "Results on the held-out rows" : "Results on the validation rows",
                      fold_table(run) + whole_sets(metrics) + weakest_class(metrics) + class_table(metrics) +
                          confusion(metrics) + calibration(run, metrics));
}

}  // namespace reprtune
