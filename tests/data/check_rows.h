#pragma once

#include <reprtune/data/dataset.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace reprtune {

inline Dataset dataset_of(const std::vector<std::pair<std::string, std::string>>& rows) {
  Dataset dataset;
  dataset.name = "train.csv";
  std::vector<std::string> names;
  for (const auto& [text, label] : rows) names.push_back(label);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  dataset.labels = LabelSet(names);
  for (const auto& [text, label] : rows) {
    dataset.examples.push_back({text, dataset.labels.find(label).value(), dataset.examples.size() + 2});
  }
  return dataset;
}

/// `count` different, inconspicuous rows per class.
inline std::vector<std::pair<std::string, std::string>> plain_rows(std::size_t count,
                                                                   const std::vector<std::string>& labels) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const std::string& label : labels) {
    for (std::size_t i = 0; i < count; ++i) rows.emplace_back("text " + label + std::to_string(i), label);
  }
  return rows;
}

}  // namespace reprtune
