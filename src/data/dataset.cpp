#include <reprtune/data/dataset.h>
#include <reprtune/io/byte_source.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <utility>

namespace reprtune {
namespace {

/// Moves what the reader counted into the data set, and refuses an empty one.
void finish(Dataset& dataset, const RowReader& reader) {
  dataset.bad_row_count = reader.bad_row_count();
  dataset.bad_rows = reader.bad_rows();
  dataset.cleaned_rows = reader.cleaned_rows();
  if (const CsvColumns* const columns = reader.columns()) dataset.columns = *columns;
  if (!dataset.examples.empty()) return;
  std::string message = dataset.name + ": expected rows of a text and a label, found none";
  if (dataset.bad_row_count > 0) {
    message += ": all " + std::to_string(dataset.bad_row_count) + " rows are bad, the first in line " +
               std::to_string(dataset.bad_rows[0].line) + " (" + dataset.bad_rows[0].reason + ")";
  }
  throw Error(ErrorKind::data, message);
}

/// Tells a listener now and then how much of a file is read.
class ReadingProgress {
 public:
  ReadingProgress(const RowReader& reader, const std::string& name, const ProgressListener& listener)
      : reader_(reader), work_("reading " + name), listener_(listener) {}

  void row_read() {
    constexpr std::uint64_t kRows = 1024;
    if (!listener_ || ++rows_ % kRows != 0) return;
    const auto [read, all] = reader_.bytes();
    all > 0 ? listener_({work_, read, all, "byte"}) : listener_({work_, rows_, 0, "row"});
  }

 private:
  const RowReader& reader_;
  std::string work_;
  const ProgressListener& listener_;
  std::uint64_t rows_ = 0;
};

/// The labels of a row by the number that `number` gives to each.
template <typename Number>
RowLabels numbered(const std::vector<std::string>& labels, Number number) {
  if (labels.size() == 1) return number(labels.front());
  std::vector<std::size_t> numbers;
  for (const std::string& label : labels) numbers.push_back(number(label));
  return RowLabels(std::move(numbers));
}

/// Turns indices into `names` into indices into the data set's labels.
void renumber(Dataset& dataset, const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) places.push_back(dataset.labels.find(name).value());
  for (Example& example : dataset.examples) {
    std::vector<std::size_t> labels;
    for (const std::size_t label : example.labels) labels.push_back(places[label]);
    example.labels = RowLabels(std::move(labels));
  }
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

std::vector<RowLabels> Dataset::row_labels() const {
  std::vector<RowLabels> rows;
  rows.reserve(examples.size());
  for (const Example& example : examples) rows.push_back(example.labels);
  return rows;
}

Dataset Dataset::without_rows() const { return {name, {}, labels, problem, 0, {}, {}, columns}; }

std::vector<std::size_t> Dataset::class_counts() const { return count_labels(row_labels(), labels.size()); }

bool Dataset::has_choice() const {
  return std::any_of(examples.begin(), examples.end(),
                     [&](const Example& example) { return example.labels != examples.front().labels; });
}

Dataset load_dataset(const std::filesystem::path& file, const InputOptions& options,
                     const ProgressListener& progress) {
  Dataset dataset;
  dataset.name = byte_source_name(file);
  RowReader reader(file, options, LabelColumn::required);
  ReadingProgress reading(reader, dataset.name, progress);
  std::unordered_map<std::string, std::size_t> numbers;  // in order of appearance
  std::vector<std::string> names;
  for (Row row; reader.next(row);) {
    dataset.problem = row.listed ? ProblemType::multi_label : ProblemType::single_label;
    const auto number = [&](const std::string& label) {
      const auto [entry, added] = numbers.emplace(label, names.size());
      if (added) names.push_back(label);
      return entry->second;
    };
    dataset.examples.push_back({std::move(row.text), numbered(row.labels, number), row.line});
    reading.row_read();
  }
  finish(dataset, reader);
  if (names.empty()) throw Error(ErrorKind::data, dataset.name + ": expected labels, found none in any row");
  dataset.labels = LabelSet(in_label_order(names));
  renumber(dataset, names);
  return dataset;
}

Dataset load_dataset(const std::filesystem::path& file, const InputOptions& options, const LabelSet& labels,
                     ProblemType problem, const ProgressListener& progress) {
  Dataset dataset;
  dataset.name = byte_source_name(file);
  dataset.labels = labels;
  dataset.problem = problem;
  RowReader reader(file, options, LabelColumn::required);
  reader.expect_labels(labels, problem);
  ReadingProgress reading(reader, dataset.name, progress);
  for (Row row; reader.next(row);) {
    const auto number = [&](const std::string& label) { return labels.find(label).value(); };
    dataset.examples.push_back({std::move(row.text), numbered(row.labels, number), row.line});
    reading.row_read();
  }
  finish(dataset, reader);
  return dataset;
}

Dataset with_known_labels(Dataset dataset, const LabelSet& known) {
  std::vector<std::string> names = known.names();
  for (const std::string& name : dataset.labels.names())
    if (!known.find(name)) names.push_back(name);
  const LabelSet own = std::exchange(dataset.labels, LabelSet(std::move(names)));
  renumber(dataset, own.names());
  return dataset;
}

std::string dataset_hash(const Dataset& dataset) {
  Fnv1a hash;
  for (const Example& example : dataset.examples) {
    hash.add(example.text);
    std::vector<std::string_view> names;
    for (const std::size_t label : example.labels) names.push_back(dataset.labels.name(label));
    std::sort(names.begin(), names.end());  // however they are numbered
    for (const std::string_view name : names) hash.add(name);
    if (dataset.problem == ProblemType::multi_label) hash.add("");  // ends the labels: none is empty
  }
  return hash.hex();
}

}  // namespace reprtune
