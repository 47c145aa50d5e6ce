#include <reprtune/data/row_labels.h>

#include <algorithm>
#include <cassert>

namespace reprtune {

RowLabels::RowLabels(std::vector<std::size_t> labels) : labels_(std::move(labels)) {
  std::sort(labels_.begin(), labels_.end());
  assert(std::adjacent_find(labels_.begin(), labels_.end()) == labels_.end());
}

bool RowLabels::contains(std::size_t label) const {
  return std::binary_search(labels_.begin(), labels_.end(), label);
}

std::size_t RowLabels::only() const {
  assert(labels_.size() == 1);
  return labels_.front();
}

std::string label_text(const RowLabels& labels, const std::vector<std::string>& names,
                       std::string_view separator) {
  std::string text;
  for (const std::size_t label : labels) {
    if (label != *labels.begin()) text += separator;
    text += names[label];
  }
  return text;
}

std::vector<std::size_t> class_indices(std::span<const RowLabels> rows) {
  std::vector<std::size_t> classes;
  classes.reserve(rows.size());
  for (const RowLabels& row : rows) classes.push_back(row.only());
  return classes;
}

std::vector<std::size_t> count_labels(std::span<const RowLabels> rows, std::size_t classes) {
  std::vector<std::size_t> counts(classes, 0);
  for (const RowLabels& row : rows)
    for (const std::size_t label : row) ++counts.at(label);
  return counts;
}

std::vector<std::size_t> leading_labels(std::span<const RowLabels> rows, std::size_t classes) {
  const std::vector<std::size_t> counts = count_labels(rows, classes);
  const auto rarer = [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; };
  std::vector<std::size_t> leading;
  leading.reserve(rows.size());
  for (const RowLabels& row : rows)
    leading.push_back(row.empty() ? classes : *std::min_element(row.begin(), row.end(), rarer));
  return leading;
}

}  // namespace reprtune
