#include <reprtune/infer/class_probabilities.h>
#include <reprtune/infer/output_text.h>
#include <reprtune/infer/prediction_writer.h>
#include <reprtune/io/error.h>

#include "name_table.h"
#include "prediction_layout.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace reprtune {
namespace {

constexpr Named<PredictionFormat> kFormats[] = {{PredictionFormat::csv, "csv"},
                                                {PredictionFormat::jsonl, "jsonl"},
                                                {PredictionFormat::cohere, "cohere"},
                                                {PredictionFormat::tei, "tei"},
                                                {PredictionFormat::fasttext, "fasttext"}};

void check_share(const char* name, const std::optional<double>& value) {
  if (value && !(*value >= 0 && *value <= 1)) {
    throw Error(ErrorKind::usage, std::string(name) + " from 0 to 1, found " + std::to_string(*value));
  }
}

}  // namespace

std::string_view prediction_format_name(PredictionFormat format) { return name_in(kFormats, format); }
PredictionFormat parse_prediction_format(std::string_view name) {
  return parse_name(kFormats, "format", name);
}
std::vector<std::string> prediction_format_names() { return names_in(kFormats); }

class PredictionWriter::State {
 public:
  State(ByteSink& sink, const std::vector<std::string>& labels, const PredictionFormatOptions& options)
      : sink_(sink),
        layout_(make_prediction_layout(labels, options)),
        classes_(labels.size()),
        class_thresholds_(options.class_thresholds),
        label_thresholds_(options.label_thresholds),
        has_abstain_label_(!options.abstain_label.empty()) {
    assert(class_thresholds_.empty() || class_thresholds_.size() == classes_);
    class_thresholds_.resize(classes_);
    assert(label_thresholds_.empty() || label_thresholds_.size() == classes_);
    check_share("threshold: expected a probability", options.threshold);
    check_share("highest novelty: expected a number", options.highest_novelty);
    // Rounded as the probabilities are: 0.9 itself is not below a threshold of 0.9.
    if (options.threshold) {
      std::ranges::fill(class_thresholds_, static_cast<float>(*options.threshold));
      std::ranges::fill(label_thresholds_, static_cast<float>(*options.threshold));
    }
    if (options.highest_novelty) highest_novelty_ = static_cast<float>(*options.highest_novelty);
    ranking_.resize(classes_);
  }

  void begin() {
    layout_->begin(out_);
    send();
  }

  void add_row(std::string_view text, std::span<const float> probabilities, bool blank, float novelty) {
    ++row_;
    if (blank) {
      layout_->add_blank_row(out_, row_, text);
      return;
    }
    require_probabilities(probabilities, row_);
    rank(probabilities);
    const auto ranking = std::span<const std::size_t>(ranking_).first(layout_->ranks());
    Prediction prediction{row_, text, probabilities, ranking, ranking.first(1), novelty, false};
    prediction.abstained = novelty > highest_novelty_;
    if (label_thresholds_.empty()) {
      prediction.abstained = prediction.abstained || prediction.best() < class_thresholds_[ranking.front()];
    } else {
      give_labels(probabilities);
      prediction.given = given_;
      prediction.abstained = prediction.abstained || (given_.empty() && has_abstain_label_);
    }
    layout_->add_row(out_, prediction);
  }

  void end() { layout_->end(out_); }

  void send() {
    sink_.write(out_.view());
    out_.clear();
  }

  std::size_t classes() const { return classes_; }

 private:
  /// Those from their thresholds on, in the order of rank().
  void give_labels(std::span<const float> probabilities) {
    given_.clear();
    for (std::size_t c = 0; c < classes_; ++c)
      if (probabilities[c] >= label_thresholds_[c]) given_.push_back(c);
    std::stable_sort(given_.begin(), given_.end(),
                     [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  }

  /// Puts the best classes first; of equal ones the one whose label comes first.
  void rank(std::span<const float> probabilities) {
    if (layout_->ranks() == 1) {
      ranking_[0] = static_cast<std::size_t>(std::max_element(probabilities.begin(), probabilities.end()) -
                                             probabilities.begin());
      return;
    }
    std::iota(ranking_.begin(), ranking_.end(), std::size_t{0});
    std::partial_sort(ranking_.begin(), ranking_.begin() + static_cast<std::ptrdiff_t>(layout_->ranks()),
                      ranking_.end(), [&](std::size_t a, std::size_t b) {
                        return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b]
                                                                    : a < b;
                      });
  }

  ByteSink& sink_;
  std::unique_ptr<PredictionLayout> layout_;
  std::size_t classes_;
  float highest_novelty_ = 1;
  std::vector<float> class_thresholds_;  // [C]
  std::vector<float> label_thresholds_;  // [C] or none
  bool has_abstain_label_;
  std::vector<std::size_t> ranking_;  // [C]
  std::vector<std::size_t> given_;    // where there are label thresholds
  std::uint64_t row_ = 0;
  OutputText out_;
};

PredictionWriter::PredictionWriter(ByteSink& sink, const std::vector<std::string>& labels,
                                   const PredictionFormatOptions& options) {
  assert(!labels.empty());
  state_ = std::make_unique<State>(sink, labels, options);
  state_->begin();
}

PredictionWriter::~PredictionWriter() = default;

void PredictionWriter::write(std::span<const std::string> texts, std::span<const float> probabilities,
                             std::span<const std::uint8_t> blank, std::span<const float> novelty) {
  const std::size_t classes = state_->classes();
  assert(probabilities.size() == texts.size() * classes);
  assert(blank.empty() || blank.size() == texts.size());
  assert(novelty.empty() || novelty.size() == texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    state_->add_row(texts[i], probabilities.subspan(i * classes, classes), !blank.empty() && blank[i] != 0,
                    novelty.empty() ? 0 : novelty[i]);
  }
  state_->send();
}

void PredictionWriter::finish() {
  state_->end();
  state_->send();
}

}  // namespace reprtune
