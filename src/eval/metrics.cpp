#include <reprtune/eval/metrics.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

constexpr std::size_t kCalibrationBins = 15;
constexpr std::size_t kMostClassesOfMatrix = 2'000;  // of which it has 4 million numbers

double quotient(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::size_t first_largest(std::span<const float> row) {
  return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

PrecisionRecallF1 class_scores(std::size_t hits, std::size_t support, std::size_t predicted) {
  if (support + predicted == 0) return {};
  return {quotient(hits, predicted), quotient(hits, support), quotient(2 * hits, support + predicted)};
}

// The mean of the classes' scores, each weighted by `weight(class)`; classes without scores are left out.
// Absent when nothing is left.
template <typename Weight>
PrecisionRecallF1 mean_scores(const std::vector<ClassMetrics>& classes, Weight weight) {
  double precision = 0, recall = 0, f1 = 0, total = 0;
  for (const ClassMetrics& each : classes) {
    if (!each.scores.f1) continue;
    const double w = weight(each);
    precision += w * *each.scores.precision;
    recall += w * *each.scores.recall;
    f1 += w * *each.scores.f1;
    total += w;
  }
  if (total == 0) return {};
  return {precision / total, recall / total, f1 / total};
}

// Rows by their top probability.
class CalibrationBins {
 public:
  void add(double confidence, bool right) {
    const double place =
        std::ceil(confidence * static_cast<double>(kCalibrationBins)) - 1;  // bins are (low, high]
    const auto bin =  // the lowest for what is not a number
        place >= 0 ? static_cast<std::size_t>(std::min(place, static_cast<double>(kCalibrationBins - 1))) : 0;
    ++rows_[bin];
    hits_[bin] += right ? 1 : 0;
    confidence_[bin] += confidence;
  }

  std::vector<ReliabilityBin> table() const {
    std::vector<ReliabilityBin> table;
    for (std::size_t i = 0; i < kCalibrationBins; ++i) {
      ReliabilityBin bin{quotient(i, kCalibrationBins), quotient(i + 1, kCalibrationBins), rows_[i], {}, {}};
      if (bin.rows > 0) {
        bin.confidence = confidence_[i] / static_cast<double>(bin.rows);
        bin.accuracy = quotient(hits_[i], bin.rows);
      }
      table.push_back(bin);
    }
    return table;
  }

 private:
  std::size_t rows_[kCalibrationBins] = {}, hits_[kCalibrationBins] = {};
  double confidence_[kCalibrationBins] = {};
};

double expected_calibration_error(const std::vector<ReliabilityBin>& table) {
  double sum = 0;
  std::size_t rows = 0;
  for (const ReliabilityBin& bin : table) {
    rows += bin.rows;
    if (bin.rows > 0) sum += static_cast<double>(bin.rows) * std::abs(*bin.accuracy - *bin.confidence);
  }
  return sum / static_cast<double>(rows);
}

double log_of(float probability) {
  return std::log(static_cast<double>(std::max(probability, std::numeric_limits<float>::min())));
}

// The means over rows and classes, from the sums and the scores of each class.
void finish(Metrics& metrics, const CalibrationBins& bins) {
  metrics.log_loss =
      metrics.log_loss / static_cast<double>(metrics.rows) + 0.0;  // + 0.0: no "-0" for a perfect model
  metrics.reliability = bins.table();
  metrics.expected_calibration_error = expected_calibration_error(metrics.reliability);
  metrics.macro = mean_scores(metrics.per_class, [](const ClassMetrics&) { return 1.0; });
  metrics.weighted =
      mean_scores(metrics.per_class, [](const ClassMetrics& c) { return static_cast<double>(c.support); });
}

// Rows and their labels, true and predicted, where a row may have several.
class LabelSetCounts {
 public:
  explicit LabelSetCounts(std::size_t classes) : hits_(classes), support_(classes), predicted_(classes) {}

  void add(const RowLabels& truth, const RowLabels& predicted) {
    std::size_t hits = 0;
    for (const std::size_t c : truth) ++support_[c];
    for (const std::size_t c : predicted) {
      ++predicted_[c];
      if (!truth.contains(c)) continue;
      ++hits_[c];
      ++hits;
    }
    precision_ += quotient_or_one(hits, predicted.size());
    recall_ += quotient_or_one(hits, truth.size());
    f1_ += quotient_or_one(2 * hits, truth.size() + predicted.size());
  }

  std::vector<ClassMetrics> per_class() const {
    std::vector<ClassMetrics> classes;
    for (std::size_t c = 0; c < hits_.size(); ++c)
      classes.push_back({class_scores(hits_[c], support_[c], predicted_[c]), support_[c]});
    return classes;
  }

  LabelSetScores scores(std::size_t rows) const {
    const auto sum = [](const std::vector<std::size_t>& counts) {
      return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    };
    const std::size_t hits = sum(hits_), support = sum(support_), predicted = sum(predicted_);
    const auto count = static_cast<double>(rows);
    return {class_scores(hits, support, predicted),
            {precision_ / count, recall_ / count, f1_ / count},
            quotient(support + predicted - 2 * hits, rows * hits_.size())};
  }

 private:
  static double quotient_or_one(std::size_t part, std::size_t whole) {
    return whole == 0 ? 1.0 : quotient(part, whole);
  }

  std::vector<std::size_t> hits_, support_, predicted_;  // [C]
  double precision_ = 0, recall_ = 0, f1_ = 0;           // sums over the rows
};

nlohmann::ordered_json value_or_null(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json scores_json(const PrecisionRecallF1& scores) {
  return {{"precision", value_or_null(scores.precision)},
          {"recall", value_or_null(scores.recall)},
          {"f1", value_or_null(scores.f1)}};
}

nlohmann::ordered_json reliability_json(const std::vector<ReliabilityBin>& table) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const ReliabilityBin& bin : table) {
    json.push_back({{"low", bin.low},
                    {"high", bin.high},
                    {"rows", bin.rows},
                    {"confidence", value_or_null(bin.confidence)},
                    {"accuracy", value_or_null(bin.accuracy)}});
  }
  return json;
}

nlohmann::ordered_json confusion_json(const Confusion& confusion, const std::vector<std::string>& labels) {
  if (labels.size() > kMostClassesOfMatrix) {
    nlohmann::ordered_json cells = nlohmann::ordered_json::array();
    for (const auto& [classes, rows] : confusion) cells.push_back({classes.first, classes.second, rows});
    return {{"labels", labels}, {"cells", std::move(cells)}};
  }
  std::vector<std::vector<std::size_t>> counts(labels.size(), std::vector<std::size_t>(labels.size(), 0));
  for (const auto& [classes, rows] : confusion) counts[classes.first][classes.second] = rows;
  return {{"labels", labels}, {"counts", std::move(counts)}};
}

}  // namespace

Metrics compute_metrics(std::span<const std::size_t> truth, std::span<const float> probabilities,
                        std::size_t classes) {
  assert(!truth.empty() && classes > 0 && probabilities.size() == truth.size() * classes);
  Metrics metrics;
  metrics.rows = truth.size();
  std::vector<std::size_t> support(classes, 0), predicted_rows(classes, 0), hits_of(classes, 0);
  std::size_t hits = 0;
  CalibrationBins bins;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    assert(truth[row] < classes);
    const std::span<const float> p = probabilities.subspan(row * classes, classes);
    const std::size_t predicted = first_largest(p);
    const bool right = predicted == truth[row];
    hits += right ? 1 : 0;
    hits_of[truth[row]] += right ? 1 : 0;
    ++support[truth[row]];
    ++predicted_rows[predicted];
    ++metrics.confusion[{truth[row], predicted}];
    metrics.log_loss -= log_of(p[truth[row]]);
    bins.add(static_cast<double>(p[predicted]), right);
  }
  metrics.accuracy = quotient(hits, metrics.rows);
  for (std::size_t c = 0; c < classes; ++c) {
    metrics.per_class.push_back({class_scores(hits_of[c], support[c], predicted_rows[c]), support[c]});
  }
  finish(metrics, bins);
  return metrics;
}

Metrics compute_metrics(std::span<const RowLabels> truth, std::span<const RowLabels> predicted,
                        std::span<const float> probabilities, std::size_t classes) {
  assert(!truth.empty() && predicted.size() == truth.size() &&
         probabilities.size() == truth.size() * classes);
  Metrics metrics;
  metrics.rows = truth.size();
  LabelSetCounts counts(classes);
  CalibrationBins bins;
  std::size_t hits = 0;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    hits += truth[row] == predicted[row] ? 1 : 0;
    counts.add(truth[row], predicted[row]);
    for (std::size_t c = 0; c < classes; ++c) {
      const float p = probabilities[row * classes + c];
      const bool has = truth[row].contains(c);
      metrics.log_loss -= log_of(has ? p : 1 - p);
      bins.add(static_cast<double>(p), has);
    }
  }
  metrics.accuracy = quotient(hits, metrics.rows);
  metrics.per_class = counts.per_class();
  metrics.label_sets = counts.scores(metrics.rows);
  finish(metrics, bins);
  return metrics;
}

std::vector<ConfusedPair> most_confused(const Confusion& confusion, std::size_t limit) {
  std::vector<ConfusedPair> pairs;
  for (const auto& [classes, rows] : confusion) {
    const auto [truth, predicted] = classes;
    if (truth != predicted) pairs.push_back({truth, predicted, rows});
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const ConfusedPair& a, const ConfusedPair& b) { return a.rows > b.rows; });
  if (pairs.size() > limit) pairs.resize(limit);
  return pairs;
}

nlohmann::ordered_json metrics_json(const Metrics& metrics, const std::vector<std::string>& labels) {
  assert(labels.size() == metrics.per_class.size());
  nlohmann::ordered_json per_class = nlohmann::ordered_json::array();
  for (std::size_t c = 0; c < labels.size(); ++c) {
    nlohmann::ordered_json entry = {{"label", labels[c]}};
    entry.update(scores_json(metrics.per_class[c].scores));
    entry["support"] = metrics.per_class[c].support;
    per_class.push_back(std::move(entry));
  }
  nlohmann::ordered_json json = {{"rows", metrics.rows},
                                 {"accuracy", metrics.accuracy},
                                 {"macro", scores_json(metrics.macro)},
                                 {"weighted", scores_json(metrics.weighted)}};
  if (const auto& sets = metrics.label_sets) {
    json["micro"] = scores_json(sets->micro);
    json["samples"] = scores_json(sets->samples);
    json["hamming_loss"] = sets->hamming_loss;
  }
  json["per_class"] = std::move(per_class);
  if (!metrics.label_sets) json["confusion"] = confusion_json(metrics.confusion, labels);
  json["log_loss"] = metrics.log_loss;
  json["ece"] = metrics.expected_calibration_error;
  json["reliability"] = reliability_json(metrics.reliability);
  return json;
}

}  // namespace reprtune
