#pragma once

#include <reprtune/infer/output_text.h>
#include <reprtune/infer/prediction_writer.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// A row as a layout sees it.
struct Prediction {
  std::uint64_t row = 0;  ///< from 1
  std::string_view text;
  std::span<const float> probabilities;  // [C]
  std::span<const std::size_t> ranking;  ///< [ranks()] classes, best first
  std::span<const std::size_t> given;    ///< the labels it has, best first; with one label per row that one
  float novelty = 0;
  bool abstained = false;  ///< the abstain label stands in the place of the best class's, or of all given

  float best() const { return probabilities[ranking.front()]; }
};

/// How one output format puts predictions into bytes.
class PredictionLayout {
 public:
  virtual ~PredictionLayout() = default;

  /// How many classes of a row need to be ranked, at least 1.
  virtual std::size_t ranks() const = 0;
  /// What stands before the first row.
  virtual void begin(OutputText&) const {}
  virtual void add_row(OutputText& out, const Prediction& prediction) const = 0;
  /// The row (number `row`) of a blank line, whose text is `text`.
  virtual void add_blank_row(OutputText& out, std::uint64_t row, std::string_view text) const = 0;
  /// What stands behind the last row.
  virtual void end(OutputText&) const {}
};

// The formats.
std::unique_ptr<PredictionLayout> csv_prediction_layout(const std::vector<std::string>& labels,
                                                        const PredictionFormatOptions& options);
std::unique_ptr<PredictionLayout> jsonl_prediction_layout(const std::vector<std::string>& labels,
                                                          const PredictionFormatOptions& options);
std::unique_ptr<PredictionLayout> cohere_prediction_layout(const std::vector<std::string>& labels,
                                                           const PredictionFormatOptions& options);
std::unique_ptr<PredictionLayout> tei_prediction_layout(const std::vector<std::string>& labels,
                                                        const PredictionFormatOptions& options);
std::unique_ptr<PredictionLayout> fasttext_prediction_layout(const std::vector<std::string>& labels,
                                                             const PredictionFormatOptions& options);

/// The layout of the format asked for. Throws Error(usage) when it has no place for something asked for.
std::unique_ptr<PredictionLayout> make_prediction_layout(const std::vector<std::string>& labels,
                                                         const PredictionFormatOptions& options);

}  // namespace reprtune
