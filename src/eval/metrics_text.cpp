#include <reprtune/data/display_text.h>
#include <reprtune/data/fixed_number.h>
#include <reprtune/eval/metrics_text.h>

#include <algorithm>
#include <cassert>

namespace reprtune {
namespace {

constexpr std::size_t kWidestLabel = 40;
constexpr std::size_t kConfusedPairs = 10;

std::string number(double value) { return fixed_number(value, 4); }

std::string number(const std::optional<double>& value) { return value ? number(*value) : "-"; }

std::string right(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string table_line(const std::string& name, std::size_t width, const std::string& precision,
                       const std::string& recall, const std::string& f1, const std::string& support) {
  return display_cell(name, width) + right(precision, 11) + right(recall, 8) + right(f1, 8) +
         right(support, 9) + "\n";
}

std::string scores_line(const std::string& name, std::size_t width, const PrecisionRecallF1& scores,
                        std::size_t support) {
  return table_line(name, width, number(scores.precision), number(scores.recall), number(scores.f1),
                    std::to_string(support));
}

std::string confused_lines(const Metrics& metrics, const std::vector<std::string>& labels,
                           std::size_t width) {
  const std::vector<ConfusedPair> pairs = most_confused(metrics.confusion, kConfusedPairs);
  if (pairs.empty()) return {};
  std::string out = "\nmost often confused\n";
  out += display_cell("true", width) + "  " + display_cell("predicted", width) + right("rows", 7) + "\n";
  for (const ConfusedPair& pair : pairs) {
    out += display_cell(labels[pair.truth], width) + "  " + display_cell(labels[pair.predicted], width) +
           right(std::to_string(pair.rows), 7) + "\n";
  }
  return out;
}

// The lines of the bins that have rows.
std::string reliability_lines(const std::vector<ReliabilityBin>& table) {
  std::string out = "\nreliability\nprobability     rows    mean  accuracy\n";
  for (const ReliabilityBin& bin : table) {
    if (bin.rows == 0) continue;
    out += fixed_number(bin.low, 2) + " - " + fixed_number(bin.high, 2) + right(std::to_string(bin.rows), 9) +
           right(number(bin.confidence), 8) + right(number(bin.accuracy), 10) + "\n";
  }
  return out;
}

}  // namespace

std::string metrics_text(const Metrics& metrics, const std::vector<std::string>& labels) {
  assert(labels.size() == metrics.per_class.size());
  std::size_t width = display_width("predicted");  // the longest word of ours in these columns
  for (const std::string& label : labels)
    width = std::max(width, std::min(display_width(label), kWidestLabel));

  std::string out;
  out.append("rows      ").append(std::to_string(metrics.rows));
  out.append("\naccuracy  ").append(number(metrics.accuracy));
  if (metrics.label_sets) out.append("\nHamming   ").append(number(metrics.label_sets->hamming_loss));
  out.append("\nlog loss  ").append(number(metrics.log_loss));
  out.append("\nECE       ").append(number(metrics.expected_calibration_error)).append("\n\n");
  out += table_line("class", width, "precision", "recall", "F1", "rows");
  for (std::size_t c = 0; c < labels.size(); ++c) {
    out += scores_line(labels[c], width, metrics.per_class[c].scores, metrics.per_class[c].support);
  }
  out += "\n";
  out += scores_line("macro", width, metrics.macro, metrics.rows);
  out += scores_line("weighted", width, metrics.weighted, metrics.rows);
  if (const auto& sets = metrics.label_sets) {
    out += scores_line("micro", width, sets->micro, metrics.rows);
    out += scores_line("samples", width, sets->samples, metrics.rows);
  }
  return out + reliability_lines(metrics.reliability) + confused_lines(metrics, labels, width);
}

}  // namespace reprtune
