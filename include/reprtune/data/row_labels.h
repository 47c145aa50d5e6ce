#pragma once

#include <reprtune/data/label_set.h>

#include <compare>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// The labels of one row, as indices into a LabelSet: exactly one where a row has one label (ProblemType),
/// else any number of them.
class RowLabels {
 public:
  RowLabels() = default;                            ///< none
  RowLabels(std::size_t label) : labels_{label} {}  // NOLINT: one label is a set of one
  /// In any order, none of them twice.
  explicit RowLabels(std::vector<std::size_t> labels);

  std::size_t size() const { return labels_.size(); }
  bool empty() const { return labels_.empty(); }
  auto begin() const { return labels_.begin(); }  ///< ascending
  auto end() const { return labels_.end(); }
  bool contains(std::size_t label) const;
  /// The label of a row that has one.
  std::size_t only() const;

  auto operator<=>(const RowLabels&) const = default;

 private:
  std::vector<std::size_t> labels_;  // ascending
};

/// The names, with `separator` between them; empty for no label.
std::string label_text(const RowLabels& labels, const std::vector<std::string>& names,
                       std::string_view separator);

/// The label of each row, where a row has one. // [B]
std::vector<std::size_t> class_indices(std::span<const RowLabels> rows);

/// Rows of each label. // [C]
std::vector<std::size_t> count_labels(std::span<const RowLabels> rows, std::size_t classes);

/// For each row the one of its labels that the fewest rows have (of equal ones the first), which stands for
/// it where rows are grouped by class; `classes` for a row without a label. // [B]
std::vector<std::size_t> leading_labels(std::span<const RowLabels> rows, std::size_t classes);

}  // namespace reprtune
