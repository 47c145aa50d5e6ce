#include <reprtune/data/csv_field.h>
#include <reprtune/data/fixed_number.h>
#include <reprtune/eval/label_review.h>

#include <algorithm>
#include <cassert>
#include <numeric>
#include <optional>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kListed = 100;
constexpr std::size_t kListedPairs = 10;
constexpr std::size_t kExamples = 3;

/// For each class the mean probability of it on its own rows.
std::vector<double> self_confidence(std::span<const std::size_t> truth, std::span<const float> probabilities,
                                    std::size_t classes) {
  std::vector<double> sums(classes, 0), counts(classes, 0);
  for (std::size_t row = 0; row < truth.size(); ++row) {
    sums[truth[row]] += static_cast<double>(probabilities[row * classes + truth[row]]);
    ++counts[truth[row]];
  }
  const double overall = std::accumulate(sums.begin(), sums.end(), 0.0) /
                         static_cast<double>(std::max<std::size_t>(1, truth.size()));
  for (std::size_t c = 0; c < classes; ++c) sums[c] = counts[c] > 0 ? sums[c] / counts[c] : overall;
  return sums;
}

/// The likeliest class that reaches its threshold.
std::optional<std::size_t> confident_class(std::span<const float> probabilities,
                                           const std::vector<double>& thresholds) {
  std::optional<std::size_t> best;
  for (std::size_t c = 0; c < probabilities.size(); ++c) {
    if (static_cast<double>(probabilities[c]) < thresholds[c]) continue;
    if (!best || probabilities[c] > probabilities[*best]) best = c;
  }
  return best;
}

std::string probability_text(double probability) { return fixed_number(probability, 4); }

/// What a list shows of a row.
Json row_json(const Dataset& data, std::size_t row) {
  const Example& example = data.examples[row];
  return {{"line", example.line}, {"text", example.text}};
}

Json issues_json(const std::vector<LabelIssue>& issues, const Dataset& data) {
  Json first = Json::array();
  for (std::size_t i = 0; i < std::min(issues.size(), kListed); ++i) {
    const LabelIssue& issue = issues[i];
    Json json = row_json(data, issue.row);
    json["label"] = data.labels.name(data.examples[issue.row].labels.only());
    json["suggested"] = data.labels.name(issue.suggested);
    json["probability"] = issue.suggested_probability;
    json["label_probability"] = issue.given_probability;
    first.push_back(std::move(json));
  }
  return {{"count", issues.size()}, {"first", std::move(first)}};
}

Json duplicates_json(const std::vector<NearDuplicate>& duplicates, const Dataset& data) {
  Json first = Json::array();
  for (std::size_t i = 0; i < std::min(duplicates.size(), kListed); ++i) {
    const auto& [row, other, cosine] = duplicates[i];
    Json json = row_json(data, row);
    json["label"] = data.labels.name(data.examples[row].labels.only());
    json["other_line"] = data.examples[other].line;
    json["other_text"] = data.examples[other].text;
    json["other_label"] = data.labels.name(data.examples[other].labels.only());
    json["cosine"] = cosine;
    first.push_back(std::move(json));
  }
  return {{"count", duplicates.size()}, {"first", std::move(first)}};
}

Json confused_json(const Dataset& data, std::span<const float> probabilities) {
  const std::size_t classes = data.labels.size();
  std::vector<std::size_t> truth, predicted;
  for (std::size_t row = 0; row < data.examples.size(); ++row) {
    const auto p = probabilities.subspan(row * classes, classes);
    truth.push_back(data.examples[row].labels.only());
    predicted.push_back(static_cast<std::size_t>(std::ranges::max_element(p) - p.begin()));
  }
  Json list = Json::array();
  const Metrics metrics = compute_metrics(truth, probabilities, classes);
  for (const ConfusedPair& pair : most_confused(metrics.confusion, kListedPairs)) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < truth.size(); ++row)
      if (truth[row] == pair.truth && predicted[row] == pair.predicted) rows.push_back(row);
    const auto certainty = [&](std::size_t row) { return probabilities[row * classes + pair.predicted]; };
    std::ranges::stable_sort(rows, [&](std::size_t a, std::size_t b) { return certainty(a) > certainty(b); });
    Json examples = Json::array();
    for (std::size_t i = 0; i < std::min(rows.size(), kExamples); ++i) {
      examples.push_back(row_json(data, rows[i]));
      examples.back()["probability"] = certainty(rows[i]);
    }
    list.push_back({{"label", data.labels.name(pair.truth)},
                    {"predicted", data.labels.name(pair.predicted)},
                    {"rows", pair.rows},
                    {"examples", std::move(examples)}});
  }
  return list;
}

}  // namespace

std::vector<LabelIssue> find_label_issues(std::span<const std::size_t> truth,
                                          std::span<const float> probabilities, std::size_t classes) {
  assert(probabilities.size() == truth.size() * classes);
  const std::vector<double> thresholds = self_confidence(truth, probabilities, classes);
  std::vector<LabelIssue> issues;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    const auto p = probabilities.subspan(row * classes, classes);
    const auto suggested = confident_class(p, thresholds);
    if (!suggested || p[*suggested] <= p[truth[row]]) continue;
    issues.push_back(
        {row, *suggested, static_cast<double>(p[truth[row]]), static_cast<double>(p[*suggested])});
  }
  const auto margin = [](const LabelIssue& issue) {
    return issue.suggested_probability - issue.given_probability;
  };
  std::ranges::stable_sort(issues,
                           [&](const LabelIssue& a, const LabelIssue& b) { return margin(a) > margin(b); });
  return issues;
}

Json label_review_json(const LabelReview& review, const Dataset& data, std::span<const float> probabilities) {
  return {{"file", data.name},
          {"rows", data.examples.size()},
          {"issues", issues_json(review.issues, data)},
          {"near_duplicates", duplicates_json(review.duplicates, data)},
          {"confused", confused_json(data, probabilities)}};
}

std::string label_issues_csv(const std::vector<LabelIssue>& issues, const Dataset& data) {
  std::string text = "file,line,text,label,suggested,probability,label_probability\n";
  for (const LabelIssue& issue : issues) {
    const Example& example = data.examples[issue.row];
    append_csv_field(data.name, text);
    text += "," + std::to_string(example.line) + ",";
    append_csv_field(example.text, text);
    text += ',';
    append_csv_field(data.labels.name(example.labels.only()), text);
    text += ',';
    append_csv_field(data.labels.name(issue.suggested), text);
    text += "," + probability_text(issue.suggested_probability) + "," +
            probability_text(issue.given_probability) + "\n";
  }
  return text;
}

}  // namespace reprtune
