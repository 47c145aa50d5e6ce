#pragma once

#include <reprtune/io/byte_sink.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

enum class PredictionFormat { csv, jsonl, cohere, tei, fasttext };

std::string_view prediction_format_name(PredictionFormat format);
/// Throws Error(usage) that lists the formats there are.
PredictionFormat parse_prediction_format(std::string_view name);
std::vector<std::string> prediction_format_names();

struct PredictionFormatOptions {
  PredictionFormat format = PredictionFormat::csv;
  /// How many classes a row names, the best ones first; more than there are means all. 0: csv and fasttext
  /// the best one, tei all, best first, jsonl and cohere all, in the order of the labels.
  std::size_t top_k = 0;
  /// A best probability below this makes `abstain_label` the row's prediction; its probability stays as it
  /// is.
  std::optional<double> threshold;
  /// [C] the same for each class that may be the best; empty: none. `threshold` takes the place of all.
  std::vector<float> class_thresholds;
  std::string abstain_label;
  bool with_novelty = false;  ///< csv and jsonl only
  /// A novelty above this makes `abstain_label` the row's prediction, too.
  std::optional<double> highest_novelty;
  bool with_text = false;  ///< csv and jsonl only; cohere always has the text
  /// [C] where rows may have any number of labels: a row is given every label from its threshold on, or when
  /// there is none the abstain label, unless that is empty. `threshold` then takes the place of all of them.
  std::vector<float> label_thresholds;
  std::string label_separator;  ///< csv: between the labels of a row
};

/// Writes the predictions of a stream of rows, in the order given, in constant memory. Probabilities have at
/// most 6 significant digits; lines end with LF. A row looks like this, and like that when its text is a
/// blank line of a .txt:
///
///     csv       text,label,probability                (header line; columns label1,probability1,... with
///     top_k)
///               ,,
///     jsonl     {"label": "a", "probability": 0.9, "probabilities": {"a": 0.9, "b": 0.1}}
///               {"label": null, "probability": null}
///     cohere    an item of "classifications" in the one body of Cohere's POST /v1/classify; ids are "row-1",
///     "row-2", ...
///               the same with null prediction and confidence and no labels
///     tei       [{"score": 0.9, "label": "a"}, {"score": 0.1, "label": "b"}]   (the body of POST /predict,
///     one per line)
///               []
///     fasttext  __label__a 0.9 __label__b 0.1         (as `fasttext predict-prob`)
///               an empty line, which also stands for abstaining with an empty abstain label
///
/// Where rows may have any number of labels the best come first, and a row looks like this, with two and with
/// none:
///
///     csv       text,label,probability                (with top_k as above, whatever the thresholds)
///               text,a|b,0.9|0.7
///               text,,
///     jsonl     {"label": ["a", "b"], "probability": [0.9, 0.7], "probabilities": {"a": 0.9, "b": 0.7}}
///               {"label": [], "probability": [], "probabilities": {"a": 0.1, "b": 0.2}}
///     cohere    both in "predictions" and "confidences", the best of them, or null, in "prediction"
///     tei       as above, whatever the thresholds
///     fasttext  __label__a 0.9 __label__b 0.7         (as `fasttext predict-prob` with a threshold)
///               an empty line
///
/// with_novelty adds a last column or member "novelty" (of a blank row empty or null).
///
/// fasttext cannot have white space in a label: each such byte becomes '_'.
class PredictionWriter {
 public:
  /// `labels`: [C], all different. `sink` must outlive the writer. Throws Error(usage) when the options do
  /// not go together and what the sink throws.
  PredictionWriter(ByteSink& sink, const std::vector<std::string>& labels,
                   const PredictionFormatOptions& options);
  PredictionWriter(const PredictionWriter&) = delete;
  PredictionWriter& operator=(const PredictionWriter&) = delete;
  ~PredictionWriter();

  /// Writes the next rows. `texts`: [B]; `probabilities`: [B, C] row-major; `blank`: [B], 1 for a blank row,
  /// or empty when there is none; `novelty`: [B], or empty when the options do not ask for it. Throws
  /// Error(model) for a probability that is not a number and what the sink throws.
  void write(std::span<const std::string> texts, std::span<const float> probabilities,
             std::span<const std::uint8_t> blank = {}, std::span<const float> novelty = {});

  /// Writes what stands behind the last row. The sink is then ready for its commit().
  void finish();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace reprtune
