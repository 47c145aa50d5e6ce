#include "held_out_review.h"

#include <reprtune/data/display_text.h>
#include <reprtune/eval/comparison.h>
#include <reprtune/eval/confusion_examples.h>
#include <reprtune/eval/label_review.h>
#include <reprtune/eval/mistakes.h>
#include <reprtune/eval/threshold_curve.h>
#include <reprtune/infer/near_duplicates.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/report/html.h>
#include <reprtune/train/tfidf_probe.h>

#include "log.h"
#include "messages.h"
#include "work_display.h"

#include <nlohmann/json.hpp>

namespace reprtune::cli {

using Json = nlohmann::ordered_json;

Dataset with_shown_texts(Dataset rows) {
  for (Example& example : rows.examples) example.text = display_text(example.text, kShownCharacters);
  return rows;
}

Json compare_methods(const RoundPlan& plan, const HeldOut& held_out, std::uint64_t seed) {
  std::vector<std::size_t> tfidf;
  for (std::size_t round = 0; round < plan.size(); ++round) {
    const auto predictions = tfidf_predictions(plan.rows_of(round), show_work);
    tfidf.insert(tfidf.end(), predictions.begin(), predictions.end());
  }
  Json comparison = comparison_json(class_indices(held_out.truth),
                                    {{"majority class", class_indices(held_out.majority)},
                                     {"TF-IDF, logistic regression", tfidf},
                                     {"linear probe", class_indices(held_out.probe)},
                                     {"finetuned", best_classes(held_out.logits)}},
                                    plan.class_count(), seed);
  log_info("comparison on the " + count_text(held_out.truth.size(), "held-out row") + ":");
  for (const std::string& line : comparison_lines(comparison)) log_info("  " + line);
  return comparison;
}

Json predictions_json(const Dataset& rows, const HeldOut& held_out, const Head& head) {
  const std::vector<RowLabels> predicted = answers(head, held_out.logits);
  if (head.problem == ProblemType::multi_label) return {{"mistakes", mistakes_json(rows, predicted, {}, {})}};
  const auto probabilities = head.probabilities(held_out.logits);
  const std::vector<std::size_t> truth = class_indices(held_out.truth);
  const std::size_t classes = rows.labels.size();
  const auto issues = find_label_issues(truth, probabilities, classes);
  return {{"mistakes", mistakes_json(rows, predicted, probabilities, issues)},
          {"examples", confusion_examples_json(rows, probabilities)},
          {"threshold_curve", threshold_curve_json(threshold_curve(truth, probabilities, classes))}};
}

Json review_labels(const Dataset& rows, const HeldOut& held_out, const Head& head,
                   const std::filesystem::path& file) {
  const auto probabilities = head.probabilities(held_out.logits);
  const std::vector<std::size_t> truth = class_indices(held_out.truth);
  const LabelReview review{find_label_issues(truth, probabilities, rows.labels.size()),
                           near_duplicates(held_out.vectors_before, truth)};
  write_file(file, label_issues_csv(review.issues, rows));
  if (!review.issues.empty() || !review.duplicates.empty()) {
    log_info("labels to look at, of " + count_text(rows.examples.size(), "held-out row") + ": " +
             std::to_string(review.issues.size()) + " that the model contradicts, " +
             std::to_string(review.duplicates.size()) +
             " of texts that are nearly the same as one with another label");
  }
  return label_review_json(review, with_shown_texts(rows), probabilities);
}

}  // namespace reprtune::cli
