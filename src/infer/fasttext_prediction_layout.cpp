#include "spelled_labels.h"

#include <algorithm>
#include <utility>

namespace reprtune {
namespace {

/// fastText splits its lines at these bytes (Dictionary::readWord).
std::string fasttext_label(const std::string& label) {
  std::string spelled = "__label__" + label;
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; };
  std::replace_if(spelled.begin(), spelled.end(), is_space, '_');
  return spelled;
}

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

}  // namespace

std::unique_ptr<PredictionLayout> fasttext_prediction_layout(const std::vector<std::string>& labels,
                                                             const PredictionFormatOptions& options) {
  return std::make_unique<FasttextLayout>(labels, options);
}

}  // namespace reprtune
