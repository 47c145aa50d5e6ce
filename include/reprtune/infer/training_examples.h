#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Some of the rows that a model was finetuned on, with the vectors that it gives them, so that a new text
/// can be seen among them. Kept in the model's folder: run/examples.jsonl has a row per line as reprtune
/// reads them, run/examples.safetensors the vectors.
struct TrainingExamples {
  /// Rows that are kept of a training, and characters of a row's text.
  static constexpr std::size_t kMostRows = 2'000;
  static constexpr std::size_t kMostCharacters = 1'000;

  struct Row {
    std::string text;  ///< as it was trained on; saved on one line, safe to show, cut to kMostCharacters
    std::vector<std::string> labels;
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> rows;  // [N]
  at::Tensor after;       // [N, H] float32, by the finetuned encoder
  at::Tensor before;      // [N, H] by the one that training began with; undefined where it was not trained

  /// Writes both files into the folder `run`. Throws Error(runtime).
  void save(const std::filesystem::path& run) const;
  /// What is there in the folder `run` for vectors of `H` elements; absent when there is none. Throws
  /// Error(model), one line that names the file.
  static std::optional<TrainingExamples> load(const std::filesystem::path& run, std::int64_t H);
};

}  // namespace reprtune
