#pragma once

#include <fstream>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

namespace reprtune {

/// What PyTorch and scikit-learn compute (make_label_sets_golden.py).
/// Lives as long as the program, so that a loop may run over a part of it.
inline const nlohmann::json& label_sets_golden() {
  static const nlohmann::json golden =
      nlohmann::json::parse(std::ifstream(REPRTUNE_SOURCE_DIR "/tests/train/label_sets_golden.json"));
  return golden;
}

/// Numbers as a float32 matrix of so many rows.
inline at::Tensor golden_matrix(const nlohmann::json& numbers, std::int64_t rows) {
  return at::tensor(numbers.get<std::vector<double>>()).to(at::kFloat).view({rows, -1});
}

}  // namespace reprtune
