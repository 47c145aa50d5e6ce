#pragma once

#include <reprtune/data/data_check.h>
#include <reprtune/eval/label_review.h>
#include <reprtune/infer/embedder.h>

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// What a finetuned model has to say of labelled rows.
struct ModelReview {
  std::vector<ClassCount> unknown_labels;  ///< that the model was not trained on, in order of appearance
  Dataset known;                           ///< the other rows, their labels numbered as the model's
  std::vector<float> probabilities;        ///< [known rows, C]
  LabelReview labels;                      ///< of the known rows

  struct UnusualRow {
    std::size_t row = 0;  ///< of all rows
    float novelty = 0;
  };
  std::vector<UnusualRow> unusual;  ///< the most unusual first
};

/// Labels that the model contradicts (find_label_issues), near-duplicates with different labels by the cosine
/// of its vectors (near_duplicates), and texts that are unlike its training data: those farther from it than
/// 99 % of the rows held out then, or than all of them where these are fewer than a hundred. Of a model
/// without novelty no row is unusual. Memory grows with the rows times (H + C). The model must have a head.
ModelReview review_with_model(const Model& model, const Dataset& data, const EmbedOptions& options);

/// {"unknown_labels": [{"label", "rows"}], "labels": label_review_json(), "unusual": {"count", "first":
/// [{"line", "text", "novelty"}]}}.
nlohmann::ordered_json model_review_json(const ModelReview& review, const Dataset& data);

/// For a terminal: counts, and the first ten of each list, one line each.
std::string model_review_text(const ModelReview& review, const Dataset& data);

}  // namespace reprtune
