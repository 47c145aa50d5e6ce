#pragma once

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

namespace reprtune {

/// What PyTorch and scikit-learn compute (make_training_golden.py).
inline const nlohmann::json& training_golden() {
  static const nlohmann::json golden = nlohmann::json::parse(
      std::ifstream(std::filesystem::path(REPRTUNE_SOURCE_DIR) / "tests/train/training_golden.json"));
  return golden;
}

}  // namespace reprtune
