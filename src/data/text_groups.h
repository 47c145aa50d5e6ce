#pragma once

#include <reprtune/data/dataset.h>

#include <cstddef>
#include <vector>

namespace reprtune {

/// All rows of one text; they stay together.
struct TextGroup {
  std::vector<std::size_t> rows;     ///< indices of examples
  std::vector<std::size_t> classes;  ///< different labels among them; that of no label comes after all others
};

/// The labels of a row, or one after all others where it has none.
RowLabels classes_of(const Example& example, const Dataset& dataset);

/// In the order of their first rows.
std::vector<TextGroup> group_by_text(const Dataset& dataset);

}  // namespace reprtune
