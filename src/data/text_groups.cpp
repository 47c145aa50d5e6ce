#include "text_groups.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace reprtune {

RowLabels classes_of(const Example& example, const Dataset& dataset) {
  return example.labels.empty() ? RowLabels(dataset.labels.size()) : example.labels;
}

std::vector<TextGroup> group_by_text(const Dataset& dataset) {
  std::vector<TextGroup> groups;
  std::unordered_map<std::string_view, std::size_t> by_text;
  for (std::size_t row = 0; row < dataset.examples.size(); ++row) {
    const Example& example = dataset.examples[row];
    const auto [entry, added] = by_text.emplace(example.text, groups.size());
    if (added) groups.emplace_back();
    TextGroup& group = groups[entry->second];
    group.rows.push_back(row);
    for (const std::size_t label : classes_of(example, dataset)) {
      if (std::find(group.classes.begin(), group.classes.end(), label) == group.classes.end())
        group.classes.push_back(label);
    }
  }
  return groups;
}

}  // namespace reprtune
