#include <reprtune/report/confusion_matrix.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/html_table.h>
#include <reprtune/report/results_section.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

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
  if (lowest >= 1) return {};  // none, or none that is weaker
  return "<p>The weakest class is " + html_user_text(label, 60) + ", with an F1 of " +
         html_number(lowest, 3) + ".</p>\n";
}

std::vector<std::string> scores_row(const std::string& name, const Json& scores, const std::string& support,
                                    const std::string& bar) {
  std::vector<std::string> cells = {name};
  for (const char* key : {"precision", "recall", "f1"})
    cells.push_back(html_number(number_field(scores, key), 3));
  cells.push_back(support);
  cells.push_back(bar);
  return cells;
}

std::string class_table(const Json& metrics) {
  const Json& classes = list_field(metrics, "per_class");
  HtmlTable table("Scores of every class", {{"class", HtmlColumn::Kind::heading},
                                            {"precision", HtmlColumn::Kind::number},
                                            {"recall", HtmlColumn::Kind::number},
                                            {"F1", HtmlColumn::Kind::number},
                                            {"rows", HtmlColumn::Kind::number},
                                            {"", HtmlColumn::Kind::bar}});
  for (const Json& each : classes) {
    table.add_row(scores_row(html_user_text(text_field(each, "label"), 60), each,
                             html_count(count_field(each, "support").value_or(0)),
                             html_number(100 * number_field(each, "f1").value_or(0), 1)));
  }
  if (table.size() == 0) return {};
  const std::string rows = html_count(count_field(metrics, "rows").value_or(0));
  for (const auto& [key, name] : {std::pair("macro", "mean, each class the same (macro)"),
                                  {"weighted", "mean by rows (weighted)"},
                                  {"micro", "all labels of all rows together (micro)"},
                                  {"samples", "mean over the rows (samples)"}}) {
    const Json& scores = field(metrics, key);
    if (scores.is_object()) table.add_foot_row(scores_row(name, scores, rows, ""));
  }
  return "<h3>Every class</h3>\n<p>Precision: of the rows given this class, the share that is right. Recall: "
         "of the rows of this class, the share that was found. F1 is their harmonic mean.</p>\n" +
         table.html();
}

// The matrix, when it is a square one of the labels' size.
std::string confusion(const Json& run) {
  const Json& metrics = field(run, "metrics");
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
         "larger the share of the true class. Choose a number to read the rows behind it.</p>\n" +
         confusion_matrix(counts, labels) +
         confusion_rows(list_field(field(run, "predictions"), "examples"), labels);
}

/// "0.912 ± 0.013", of a mean and spread.
std::string mean_and_spread(const Json& cross_validation, const char* key) {
  return html_number(number_field(field(cross_validation, "mean"), key), 3) + " \u00b1 " +
         html_number(number_field(field(cross_validation, "spread"), key), 3);
}

std::string fold_table(const Json& run) {
  const Json& cross_validation = field(run, "cross_validation");
  const Json& folds = list_field(cross_validation, "folds");
  constexpr const char* kScores[] = {"accuracy", "f1", "log_loss", "ece"};
  HtmlTable table("Scores of every fold",
                  {{"fold", HtmlColumn::Kind::heading},
                   {"rows", HtmlColumn::Kind::number},
                   {"best epoch", HtmlColumn::Kind::number},
                   {"accuracy", HtmlColumn::Kind::number},
                   {"macro-F1", HtmlColumn::Kind::number},
                   {"log loss", HtmlColumn::Kind::number},
                   {"ECE", HtmlColumn::Kind::number}},
                  HtmlTable::Narrow::stack);
  for (std::size_t i = 0; i < std::min(folds.size(), kMostFolds); ++i) {
    std::vector<std::string> cells = {html_count(i + 1),
                                      html_count(count_field(folds[i], "rows").value_or(0)),
                                      html_count(count_field(folds[i], "best_epoch").value_or(0))};
    for (const char* key : kScores) cells.push_back(html_number(number_field(folds[i], key), 3));
    table.add_row(cells);
  }
  if (table.size() == 0) return {};
  std::vector<std::string> foot = {"mean \u00b1 spread", "", ""};
  for (const char* key : kScores) foot.push_back(mean_and_spread(cross_validation, key));
  table.add_foot_row(foot);
  return "<h3>Cross-validation</h3>\n<p>Each fold was predicted by a model that was trained on the other "
         "folds. The spread is the standard deviation over the folds. The model of this folder was then "
         "trained on all of them, for the median of the best epochs.</p>\n" +
         table.html();
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

}  // namespace

std::string results_section(const Json& run) {
  const Json& metrics = field(run, "metrics");
  const bool folds = count_field(field(run, "data"), "folds").has_value();
  return html_section(
      "results", folds ? "Results on the held-out rows" : "Results on the validation rows",
      fold_table(run) + whole_sets(metrics) + weakest_class(metrics) + class_table(metrics) + confusion(run));
}

}  // namespace reprtune
