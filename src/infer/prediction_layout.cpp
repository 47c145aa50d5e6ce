#include "prediction_layout.h"

#include <reprtune/data/display_text.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <utility>

namespace reprtune {
namespace {

/// Labels as a format spells them, ready to be copied, the abstain label last.
class SpelledLabels {
 public:
  template <typename Spell>
  SpelledLabels(const std::vector<std::string>& labels, const std::string& abstain_label, Spell spell) {
    for (const std::string& label : labels) spelled_.push_back(spell(label));
    spelled_.push_back(spell(abstain_label));
    silent_ = abstain_label.empty();
  }

  const std::string& operator[](std::size_t index) const { return spelled_[index]; }
  /// The label in place `rank` of a row.
  const std::string& at_rank(const Prediction& prediction, std::size_t rank) const {
    return rank == 0 && prediction.abstained ? spelled_.back() : spelled_[prediction.ranking[rank]];
  }

  /// Calls visit(label, probability) for each label that a row with any number of them is given, the abstain
  /// label unless it is empty.
  template <typename Visit>
  void each_given(const Prediction& prediction, Visit visit) const {
    if (prediction.abstained) {
      if (!silent_) visit(spelled_.back(), prediction.best());
      return;
    }
    for (const std::size_t index : prediction.given) visit(spelled_[index], prediction.probabilities[index]);
  }

 private:
  std::vector<std::string> spelled_;  // [C + 1]
  bool silent_ = false;
};

std::string csv_field(const std::string& label) {
  return std::string(OutputText().add_csv_field(label).view());
}

std::string json_string(const std::string& label) {
  return std::string(OutputText().add_json_string(label).view());
}

/// fastText splits its lines at these bytes (Dictionary::readWord).
std::string fasttext_label(const std::string& label) {
  std::string spelled = "__label__" + label;
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; };
  std::replace_if(spelled.begin(), spelled.end(), is_space, '_');
  return spelled;
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

/// What the JSON formats share: the classes a row names, in the order of the labels unless top_k asks for a
/// ranking.
class NamedClasses {
 public:
  NamedClasses(std::size_t classes, std::size_t top_k)
      : ranked_(top_k > 0), count_(ranked_ ? std::min(top_k, classes) : classes) {}

  std::size_t ranks() const { return ranked_ ? count_ : 1; }
  std::size_t size() const { return count_; }
  std::size_t operator()(const Prediction& prediction, std::size_t place) const {
    return ranked_ ? prediction.ranking[place] : place;
  }

 private:
  bool ranked_;
  std::size_t count_;
};

class JsonlLayout final : public PredictionLayout {
 public:
  JsonlLayout(const std::vector<std::string>& labels, const PredictionFormatOptions& options)
      : labels_(labels, options.abstain_label, json_string),
        named_(labels.size(), options.top_k),
        listed_(!options.label_thresholds.empty()),
        with_text_(options.with_text),
        with_novelty_(options.with_novelty) {}

  std::size_t ranks() const override { return named_.ranks(); }

  void add_row(OutputText& out, const Prediction& prediction) const override {
    open(out, prediction.text);
    if (listed_) {
      add_list(out, prediction);
    } else {
      out.add("\"label\": ").add(labels_.at_rank(prediction, 0));
      out.add(", \"probability\": ").add_probability(prediction.best());
    }
    out.add(", \"probabilities\": {");
    for (std::size_t place = 0; place < named_.size(); ++place) {
      const std::size_t index = named_(prediction, place);
      if (place > 0) out.add(", ");
      out.add(labels_[index]).add(": ").add_probability(prediction.probabilities[index]);
    }
    out.add('}');
    if (with_novelty_) out.add(", \"novelty\": ").add_probability(prediction.novelty);
    out.add("}\n");
  }

  void add_blank_row(OutputText& out, std::uint64_t, std::string_view text) const override {
    open(out, text);
    out.add("\"label\": null, \"probability\": null");
    out.add(with_novelty_ ? ", \"novelty\": null}\n" : "}\n");
  }

 private:
  void open(OutputText& out, std::string_view text) const {
    out.add('{');
    if (with_text_) out.add("\"text\": ").add_json_string(text).add(", ");
  }

  void add_list(OutputText& out, const Prediction& prediction) const {
    OutputText names, probabilities;
    labels_.each_given(prediction, [&](const std::string& label, float probability) {
      const char* const between = names.view().empty() ? "" : ", ";
      names.add(between).add(label);
      probabilities.add(between).add_probability(probability);
    });
    out.add("\"label\": [").add(names.view()).add("], \"probability\": [").add(probabilities.view()).add(']');
  }

  SpelledLabels labels_;
  NamedClasses named_;
  bool listed_;
  bool with_text_, with_novelty_;
};

/// One body for all rows, an item per line.
class CohereLayout final : public PredictionLayout {
 public:
  CohereLayout(const std::vector<std::string>& labels, const PredictionFormatOptions& options)
      : labels_(labels, options.abstain_label, json_string),
        named_(labels.size(), options.top_k),
        listed_(!options.label_thresholds.empty()) {}

  std::size_t ranks() const override { return named_.ranks(); }

  void begin(OutputText& out) const override {
    out.add("{\"id\": \"reprtune-classify\", \"classifications\": [");
  }

  void add_row(OutputText& out, const Prediction& prediction) const override {
    open(out, prediction.row, prediction.text);
    if (listed_) {
      add_list(out, prediction);
    } else {
      const std::string& label = labels_.at_rank(prediction, 0);
      out.add("\"prediction\": ").add(label).add(", \"predictions\": [").add(label);
      out.add("], \"confidence\": ").add_probability(prediction.best());
      out.add(", \"confidences\": [").add_probability(prediction.best()).add("]");
    }
    out.add(", \"labels\": {");
    for (std::size_t place = 0; place < named_.size(); ++place) {
      const std::size_t index = named_(prediction, place);
      if (place > 0) out.add(", ");
      out.add(labels_[index]).add(": {\"confidence\": ");
      out.add_probability(prediction.probabilities[index]).add('}');
    }
    close(out);
  }

  void add_blank_row(OutputText& out, std::uint64_t row, std::string_view text) const override {
    open(out, row, text);
    out.add(
        "\"prediction\": null, \"predictions\": [], \"confidence\": null, \"confidences\": [], \"labels\": "
        "{");
    close(out);
  }

  void end(OutputText& out) const override {
    out.add("\n], \"meta\": {\"api_version\": {\"version\": \"1\"}}}\n");
  }

 private:
  static void open(OutputText& out, std::uint64_t row, std::string_view text) {
    out.add(row == 1 ? "\n" : ",\n").add("{\"id\": \"row-").add(std::to_string(row)).add("\", \"input\": ");
    out.add_json_string(text).add(", ");
  }
  void close(OutputText& out) const {
    out.add(listed_ ? "}, \"classification_type\": \"multi-label\"}"
                    : "}, \"classification_type\": \"single-label\"}");
  }

  /// The best of the labels, then all of them, and the same for their probabilities.
  void add_list(OutputText& out, const Prediction& prediction) const {
    OutputText first, names, confidence, confidences;
    labels_.each_given(prediction, [&](const std::string& label, float probability) {
      if (names.view().empty()) {
        first.add(label);
        confidence.add_probability(probability);
      }
      const char* const between = names.view().empty() ? "" : ", ";
      names.add(between).add(label);
      confidences.add(between).add_probability(probability);
    });
    const auto or_null = [](const OutputText& text) { return text.view().empty() ? "null" : text.view(); };
    out.add("\"prediction\": ").add(or_null(first)).add(", \"predictions\": [").add(names.view());
    out.add("], \"confidence\": ").add(or_null(confidence));
    out.add(", \"confidences\": [").add(confidences.view()).add("]");
  }

  SpelledLabels labels_;
  NamedClasses named_;
  bool listed_;
};

class TeiLayout final : public PredictionLayout {
 public:
  TeiLayout(const std::vector<std::string>& labels, const PredictionFormatOptions& options)
      : labels_(labels, options.abstain_label, json_string),
        ranks_(options.top_k > 0 ? std::min(options.top_k, labels.size()) : labels.size()) {}

  std::size_t ranks() const override { return ranks_; }

  void add_row(OutputText& out, const Prediction& prediction) const override {
    out.add('[');
    for (std::size_t rank = 0; rank < ranks_; ++rank) {
      out.add(rank == 0 ? "{\"score\": " : ", {\"score\": ");
      out.add_probability(prediction.probabilities[prediction.ranking[rank]]);
      out.add(", \"label\": ").add(labels_.at_rank(prediction, rank)).add('}');
    }
    out.add("]\n");
  }

  void add_blank_row(OutputText& out, std::uint64_t, std::string_view) const override { out.add("[]\n"); }

 private:
  SpelledLabels labels_;
  std::size_t ranks_;
};

class FasttextLayout final : public PredictionLayout {
 public:
  FasttextLayout(const std::vector<std::string>& labels, const PredictionFormatOptions& options)
      : labels_(labels, options.abstain_label, fasttext_label),
        ranks_(std::clamp(options.top_k, std::size_t{1}, labels.size())),
        silent_abstention_(options.abstain_label.empty()),
        listed_(!options.label_thresholds.empty() && options.top_k == 0) {}

  std::size_t ranks() const override { return ranks_; }

  void add_row(OutputText& out, const Prediction& prediction) const override {
    if (listed_) {
      bool first = true;
      labels_.each_given(prediction, [&](const std::string& label, float probability) {
        out.add(std::exchange(first, false) ? "" : " ").add(label).add(' ').add_probability(probability);
      });
      out.add('\n');
      return;
    }
    const bool silent = prediction.abstained && silent_abstention_;
    for (std::size_t rank = 0; rank < ranks_ && !silent; ++rank) {
      if (rank > 0) out.add(' ');
      out.add(labels_.at_rank(prediction, rank)).add(' ');
      out.add_probability(prediction.probabilities[prediction.ranking[rank]]);
    }
    out.add('\n');
  }

  void add_blank_row(OutputText& out, std::uint64_t, std::string_view) const override { out.add('\n'); }

 private:
  SpelledLabels labels_;
  std::size_t ranks_;
  bool silent_abstention_, listed_;
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

std::unique_ptr<PredictionLayout> make_prediction_layout(const std::vector<std::string>& labels,
                                                         const PredictionFormatOptions& options) {
  const bool has_text_place =
      options.format != PredictionFormat::tei && options.format != PredictionFormat::fasttext;
  if (options.with_text && !has_text_place) {
    throw Error(ErrorKind::usage,
                std::string(prediction_format_name(options.format)) +
                    " output has no place for texts: expected csv, jsonl or cohere with --with-text");
  }
  const bool has_novelty_place =
      options.format == PredictionFormat::csv || options.format == PredictionFormat::jsonl;
  if (options.with_novelty && !has_novelty_place) {
    throw Error(ErrorKind::usage, std::string(prediction_format_name(options.format)) +
                                      " output has no place for the novelty: expected csv or jsonl");
  }
  switch (options.format) {
    case PredictionFormat::csv:
      if (!options.label_thresholds.empty() && options.top_k == 0) {
        require_separable(labels, options.label_separator);
        return std::make_unique<LabelListCsvLayout>(labels, options);
      }
      return std::make_unique<CsvLayout>(labels, options);
    case PredictionFormat::jsonl:
      return std::make_unique<JsonlLayout>(labels, options);
    case PredictionFormat::cohere:
      return std::make_unique<CohereLayout>(labels, options);
    case PredictionFormat::tei:
      return std::make_unique<TeiLayout>(labels, options);
    case PredictionFormat::fasttext:
      return std::make_unique<FasttextLayout>(labels, options);
  }
  return nullptr;
}

}  // namespace reprtune
