#include "spelled_labels.h"

#include <algorithm>

namespace reprtune {
namespace {

std::string json_string(const std::string& label) {
  return std::string(OutputText().add_json_string(label).view());
}

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

/// The labels that a row is given, and their probabilities, as the insides of two JSON lists; and the first
/// of both, null of none.
struct GivenLists {
  GivenLists(const SpelledLabels& labels, const Prediction& prediction) {
    labels.each_given(prediction, [this](const std::string& label, float probability) {
      if (names.view().empty()) {
        first_name.add(label);
        first_probability.add_probability(probability);
      }
      const char* const between = names.view().empty() ? "" : ", ";
      names.add(between).add(label);
      probabilities.add(between).add_probability(probability);
    });
    if (!names.view().empty()) return;
    first_name.add("null");
    first_probability.add("null");
  }

  OutputText names, probabilities, first_name, first_probability;
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
    const GivenLists given(labels_, prediction);
    out.add("\"label\": [").add(given.names.view());
    out.add("], \"probability\": [").add(given.probabilities.view()).add(']');
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
    const GivenLists given(labels_, prediction);
    out.add("\"prediction\": ").add(given.first_name.view());
    out.add(", \"predictions\": [").add(given.names.view());
    out.add("], \"confidence\": ").add(given.first_probability.view());
    out.add(", \"confidences\": [").add(given.probabilities.view()).add("]");
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

}  // namespace

std::unique_ptr<PredictionLayout> jsonl_prediction_layout(const std::vector<std::string>& labels,
                                                          const PredictionFormatOptions& options) {
  return std::make_unique<JsonlLayout>(labels, options);
}

std::unique_ptr<PredictionLayout> cohere_prediction_layout(const std::vector<std::string>& labels,
                                                           const PredictionFormatOptions& options) {
  return std::make_unique<CohereLayout>(labels, options);
}

std::unique_ptr<PredictionLayout> tei_prediction_layout(const std::vector<std::string>& labels,
                                                        const PredictionFormatOptions& options) {
  return std::make_unique<TeiLayout>(labels, options);
}

}  // namespace reprtune
