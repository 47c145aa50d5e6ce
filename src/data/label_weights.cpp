#include <reprtune/data/csv_record_reader.h>
#include <reprtune/data/display_text.h>
#include <reprtune/data/label_weights.h>
#include <reprtune/data/utf8_source.h>
#include <reprtune/io/error.h>

#include <charconv>
#include <optional>
#include <utility>

namespace reprtune {
namespace {

std::string shown(std::string_view label) { return "'" + display_text(label, 40) + "'"; }

/// A number from 1e-6 to 1e6; infinity and what is no number are neither.
std::optional<double> parse_weight(std::string_view text) {
  double weight = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), weight);
  const bool whole = code == std::errc() && end == text.data() + text.size();
  return whole && weight >= 1e-6 && weight <= 1e6 ? std::optional(weight) : std::nullopt;
}

}  // namespace

LabelWeights read_label_weights(const std::filesystem::path& file, const Dataset& data) {
  const std::string name = byte_source_name(file);
  CsvRecordReader records(utf8_source(open_byte_source(file), name), ',');
  std::vector<std::optional<double>> weights(data.labels.size());
  std::vector<std::uint64_t> lines(data.labels.size(), 0);
  bool first = true;
  while (const CsvRecord* record = records.next()) {
    const auto fail = [&](const std::string& what) {
      throw Error(ErrorKind::data, name + ":" + std::to_string(record->line) + ": " + what);
    };
    if (!record->problem.empty()) fail(record->problem);
    if (record->fields.size() != 2)
      fail("expected a label and a weight, found " + std::to_string(record->fields.size()) +
           (record->fields.size() == 1 ? " column" : " columns"));
    const std::string_view label = record->fields[0].label(), weight = record->fields[1].label();
    if (std::exchange(first, false) && weight == "weight") continue;
    const auto found = data.labels.find(label);
    if (!found) fail("no row of " + data.name + " has the label " + shown(label));
    if (weights[*found])
      fail("the label " + shown(label) + " has a weight in line " + std::to_string(lines[*found]) +
           " already");
    weights[*found] = parse_weight(weight);
    lines[*found] = record->line;
    if (!weights[*found])
      fail("expected a weight from 0.000001 to 1000000 for " + shown(label) + ", found " + shown(weight));
  }
  LabelWeights result;
  const auto counts = data.class_counts();
  for (std::size_t c = 0; c < weights.size(); ++c) {
    if (!weights[c] && counts[c] > 0) {
      throw Error(ErrorKind::data, name + ": has no weight for the label " + shown(data.labels.name(c)) +
                                       " (every label of " + data.name + " needs one)");
    }
    if (weights[c]) result.emplace_back(data.labels.name(c), *weights[c]);
  }
  return result;
}

}  // namespace reprtune
