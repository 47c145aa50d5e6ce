#pragma once

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

namespace reprtune {

/// What PyTorch and scikit-learn compute (make_training_golden.py).
inline nlohmann::json training_golden() {
  std::ifstream stream(std::filesystem::path(REPRTUNE_SOURCE_DIR) / "tests/train/training_golden.json");
  return nlohmann::json::parse(stream);
}

}  // namespace reprtune
