#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {

/// Tokenizer files and expected ids shared between projects, beside the repository; tests skip where they are
/// absent.
inline std::filesystem::path shared_tokenizers() {
  return std::filesystem::path(REPRTUNE_SOURCE_DIR) / ".." / "shared" / "tokenizers";
}

/// All objects of a file of JSON lines.
inline std::vector<nlohmann::json> read_json_lines(const std::filesystem::path& file) {
  std::vector<nlohmann::json> objects;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) objects.push_back(nlohmann::json::parse(line));
  return objects;
}

}  // namespace reprtune

#define REPRTUNE_SKIP_WITHOUT(file) \
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "not here: " << (file).filename()
