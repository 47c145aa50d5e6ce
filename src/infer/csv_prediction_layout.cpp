#include <reprtune/data/display_text.h>
#include <reprtune/io/error.h>

#include "spelled_labels.h"

#include <algorithm>

namespace reprtune {
namespace {

std::string csv_field(const std::string& label) {
  return std::string(OutputText().add_csv_field(label).view());
}

class CsvLayout final : public PredictionLayout {
 public:
  CsvLayout(const std::vector<std::string>& labels, const PredictionFormatOptions& options)
      : labels_(labels, options.abstain_label, csv_field),
        ranks_(std::clamp(options.top_k, std::size_t{1}, labels.size())),
        numbered_(options.top_k > 0),
        with_text_(options.with_text),
        with_novelty_(options.with_novelty) {}

  std::size_t ranks() const override { return ranks_; }

  void begin(OutputText& out) const override {
    if (with_text_) out.add("text,");
    if (!numbered_) out.add("label,probability");
    for (std::size_t rank = 1; numbered_ && rank <= ranks_; ++rank) {
      const std::string number = std::to_string(rank);
      out.add(rank == 1 ? "label" : ",label").add(number).add(",probability").add(number);
    }
    out.add(with_novelty_ ? ",novelty\n" : "\n");
  }

  void add_row(OutputText& out, const Prediction& prediction) const override {
    if (with_text_) out.add_csv_field(prediction.text).add(',');
    for (std::size_t rank = 0; rank < ranks_; ++rank) {
      if (rank > 0) out.add(',');
      out.add(labels_.at_rank(prediction, rank)).add(',');
      out.add_probability(prediction.probabilities[prediction.ranking[rank]]);
    }
    if (with_novelty_) out.add(',').add_probability(prediction.novelty);
    out.add('\n');
  }

  void add_blank_row(OutputText& out, std::uint64_t, std::string_view text) const override {
    if (with_text_) out.add_csv_field(text).add(',');
    out.add(std::string(2 * ranks_ - (with_novelty_ ? 0 : 1), ',')).add('\n');
  }

 private:
  SpelledLabels labels_;
  std::size_t ranks_;
  bool numbered_;
  bool with_text_, with_novelty_;
};

/// All labels of a row in one field.
class LabelListCsvLayout final : public PredictionLayout {
 public:
  LabelListCsvLayout(const std::vector<std::string>& labels, const PredictionFormatOptions& options)
      : labels_(labels, options.abstain_label, [](const std::string& label) { return label; }),
        separator_(options.label_separator),
        with_text_(options.with_text),
        with_novelty_(options.with_novelty) {}

  std::size_t ranks() const override { return 1; }

  void begin(OutputText& out) const override {
    out.add(with_text_ ? "text," : "").add("label,probability").add(with_novelty_ ? ",novelty\n" : "\n");
  }

  void add_row(OutputText& out, const Prediction& prediction) const override {
    OutputText names, probabilities;
    labels_.each_given(prediction, [&](const std::string& label, float probability) {
      const bool first = probabilities.view().empty();
      names.add(first ? "" : separator_).add(label);
      probabilities.add(first ? "" : separator_).add_probability(probability);
    });
    if (with_text_) out.add_csv_field(prediction.text).add(',');
    add_field(out, names).add(',');
    add_field(out, probabilities);
    if (with_novelty_) out.add(',').add_probability(prediction.novelty);
    out.add('\n');
  }

  void add_blank_row(OutputText& out, std::uint64_t, std::string_view text) const override {
    if (with_text_) out.add_csv_field(text).add(',');
    out.add(with_novelty_ ? ",,\n" : ",\n");
  }

 private:
  /// Nothing at all of no labels.
  static OutputText& add_field(OutputText& out, const OutputText& field) {
    return field.view().empty() ? out : out.add_csv_field(field.view());
  }

  SpelledLabels labels_;
  std::string separator_;
  bool with_text_, with_novelty_;
};

/// Labels that can be told apart again in one field.
void require_separable(const std::vector<std::string>& labels, const std::string& separator) {
  for (const std::string& label : labels) {
    if (!separator.empty() && label.find(separator) == std::string::npos) continue;
    throw Error(ErrorKind::usage, "csv output: the label '" + display_text(label, 40) +
                                      "' contains the separator '" + separator +
                                      "' (give another with --label-separator, or write jsonl)");
  }
}

}  // namespace

std::unique_ptr<PredictionLayout> csv_prediction_layout(const std::vector<std::string>& labels,
                                                        const PredictionFormatOptions& options) {
  if (options.label_thresholds.empty() || options.top_k > 0)
    return std::make_unique<CsvLayout>(labels, options);
  require_separable(labels, options.label_separator);
  return std::make_unique<LabelListCsvLayout>(labels, options);
}

}  // namespace reprtune
