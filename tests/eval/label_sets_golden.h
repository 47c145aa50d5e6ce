#pragma once

#include <reprtune/data/row_labels.h>

#include <fstream>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {

/// What scikit-learn and scipy say (make_label_sets_golden.py).
/// Lives as long as the program, so that a loop may run over a part of it.
inline const nlohmann::json& label_sets_golden() {
  static const nlohmann::json golden =
      nlohmann::json::parse(std::ifstream(REPRTUNE_SOURCE_DIR "/tests/eval/label_sets_golden.json"));
  return golden;
}

inline std::vector<RowLabels> golden_sets(const nlohmann::json& rows) {
  std::vector<RowLabels> sets;
  for (const auto& row : rows) sets.emplace_back(row.get<std::vector<std::size_t>>());
  return sets;
}

}  // namespace reprtune
