#pragma once

#include <reprtune/data/dataset.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace reprtune {

/// Something to look at before training.
struct DataWarning {
  std::string code;        ///< a fixed word for programs, such as "contradictions"
  std::string message;     ///< a sentence with the number it is about
  std::uint64_t line = 0;  ///< an example: a line of the training file (for validation_overlap of the
                           ///< validation file); 0: none
};

struct ClassCount {
  std::string label;
  std::size_t rows = 0;
};

/// What `reprtune check` reports.
struct DataCheck {
  std::string name;
  std::size_t rows = 0;
  std::uint64_t bad_rows = 0;
  std::vector<ClassCount> classes;        ///< in label order
  std::optional<std::size_t> unlabelled;  ///< rows without a label, where rows may have any number of them
  std::size_t duplicates = 0;             ///< rows that repeat an earlier row's text and label
  std::size_t contradictions = 0;         ///< texts that occur under more than one label
  std::optional<std::size_t>
      validation_overlap;      ///< validation rows whose text is in train; absent without validation
  std::size_t tokens_p50 = 0;  ///< tokens of a text, nearest-rank percentiles
  std::size_t tokens_p95 = 0;
  std::size_t tokens_max = 0;
  std::size_t max_length = 0;  ///< tokens the model reads
  std::size_t truncated = 0;   ///< rows with more tokens than that
  std::vector<DataWarning> warnings;
};

/// Checks a training set. `validation` may be null. `token_counts` has one number per row of `train`, special
/// tokens included, or is empty when no tokenizer is at hand: lengths and truncation then stay 0. Throws
/// Error(usage) when it has any other size.
DataCheck check_data(const Dataset& train, const Dataset* validation,
                     std::span<const std::size_t> token_counts, std::size_t max_length);

}  // namespace reprtune
