#pragma once

#include <reprtune/data/dataset.h>
#include <reprtune/eval/metrics.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// A row whose label a model contradicts with confidence.
struct LabelIssue {
  std::size_t row = 0;
  std::size_t suggested = 0;     ///< class
  double given_probability = 0;  ///< of the row's label
  double suggested_probability = 0;
};

/// Confident learning (Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset
/// Labels", Journal of Artificial Intelligence Research 2021, section 3.1): a class is confidently predicted
/// where its probability reaches the mean that it has on the rows with its label; a row counts as an issue
/// when the likeliest such class is another one than its label, and likelier. The most confident first, by
/// the difference of the two probabilities. A class without rows takes the mean over all rows instead.
/// `truth`: [B]; `probabilities`: [B, C] row-major, of a model that was not trained on these rows: it does
/// not contradict what it has learnt by heart.
std::vector<LabelIssue> find_label_issues(std::span<const std::size_t> truth,
                                          std::span<const float> probabilities, std::size_t classes);

/// Two rows with different labels whose vectors are nearly the same.
struct NearDuplicate {
  std::size_t first = 0, second = 0;
  double cosine = 0;
};

/// What somebody who looks after labels wants to see of some rows.
struct LabelReview {
  std::vector<LabelIssue> issues;
  std::vector<NearDuplicate> duplicates;
};

/// {"file", "rows", "issues": {"count", "first": [{"line", "text", "label", "suggested", "probability",
/// "label_probability"}]}, "near_duplicates": {"count", "first": [{"line", "text", "label", "other_line",
/// "other_text", "other_label", "cosine"}]}, "confused": [{"label", "predicted", "rows", "examples":
/// [{"line", "text", "probability"}]}]}: of each list the first hundred, of pairs of classes ten with three
/// rows each, those the model is surest of. `data`: the rows; `probabilities`: [B, C].
nlohmann::ordered_json label_review_json(const LabelReview& review, const Dataset& data,
                                         std::span<const float> probabilities);

/// All issues as CSV with the header file,line,text,label,suggested,probability,label_probability.
std::string label_issues_csv(const std::vector<LabelIssue>& issues, const Dataset& data);

}  // namespace reprtune
