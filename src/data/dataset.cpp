#include <reprtune/data/dataset.h>
#include <reprtune/io/byte_source.h>
#include <reprtune/io/error.h>

#include <utility>

namespace reprtune {
namespace {

/// Moves what the reader counted into the data set, and refuses an empty one.
void finish(Dataset& dataset, const RowReader& reader) {
  dataset.bad_row_count = reader.bad_row_count();
  dataset.bad_rows = reader.bad_rows();
  dataset.cleaned_row_count = reader.cleaned_row_count();
  if (!dataset.examples.empty()) return;
  std::string message = dataset.name + ": expected rows of a text and a label, found none";
  if (dataset.bad_row_count > 0) {
    message += ": all " + std::to_string(dataset.bad_row_count) + " rows are bad, the first in line " +
               std::to_string(dataset.bad_rows[0].line) + " (" + dataset.bad_rows[0].reason + ")";
  }
  throw Error(ErrorKind::data, message);
}

class Fnv1a {
 public:
  void add(std::string_view bytes) {
    for (const char c : bytes) add_byte(static_cast<unsigned char>(c));
    add_byte(0xFF);  // ends a string: never part of UTF-8
  }

  std::string hex() const {
    std::string digits(16, '0');
    for (std::size_t i = 0; i < 16; ++i) digits[i] = "0123456789abcdef"[(hash_ >> (60 - 4 * i)) & 0xFu];
    return digits;
  }

 private:
  void add_byte(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3u; }

  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace

std::vector<std::size_t> Dataset::class_counts() const {
  std::vector<std::size_t> counts(labels.size(), 0);
  for (const Example& example : examples) ++counts.at(example.label);
  return counts;
}

Dataset load_dataset(const std::filesystem::path& file, const InputOptions& options) {
  Dataset dataset;
  dataset.name = byte_source_name(file);
  RowReader reader(file, options, LabelColumn::required);
  std::unordered_map<std::string, std::size_t> numbers;  // in order of appearance
  std::vector<std::string> names;
  for (Row row; reader.next(row);) {
    const auto [entry, added] = numbers.emplace(row.label, names.size());
    if (added) names.push_back(row.label);
    dataset.examples.push_back({std::move(row.text), entry->second, row.line});
  }
  finish(dataset, reader);
  dataset.labels = LabelSet(in_label_order(names));
  for (Example& example : dataset.examples) example.label = dataset.labels.find(names[example.label]).value();
  return dataset;
}

Dataset load_dataset(const std::filesystem::path& file, const InputOptions& options, const LabelSet& labels) {
  Dataset dataset;
  dataset.name = byte_source_name(file);
  dataset.labels = labels;
  RowReader reader(file, options, LabelColumn::required);
  reader.expect_labels(labels);
  for (Row row; reader.next(row);) {
    dataset.examples.push_back({std::move(row.text), labels.find(row.label).value(), row.line});
  }
  finish(dataset, reader);
  return dataset;
}

Dataset with_known_labels(Dataset dataset, const LabelSet& known) {
  std::vector<std::string> names = known.names();
  for (const std::string& name : dataset.labels.names())
    if (!known.find(name)) names.push_back(name);
  const LabelSet own = std::exchange(dataset.labels, LabelSet(std::move(names)));
  for (Example& example : dataset.examples)
    example.label = dataset.labels.find(own.name(example.label)).value();
  return dataset;
}

std::string dataset_hash(const Dataset& dataset) {
  Fnv1a hash;
  for (const Example& example : dataset.examples) {
    hash.add(example.text);
    hash.add(dataset.labels.name(example.label));
  }
  return hash.hex();
}

}  // namespace reprtune
