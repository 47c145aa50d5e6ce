#pragma once

#include <reprtune/infer/prediction_writer.h>
#include <reprtune/serve/served_model.h>

#include <span>
#include <string>
#include <vector>

namespace reprtune::serve {

/// Throws ApiError(unfit_model) when the model has no classification head.
void require_head(const ServedModel& model);

/// What `reprtune classify` writes for texts [B] whose vectors are [B, H]: with the thresholds the model was
/// finetuned to, an empty abstain label and, in jsonl, the novelty where the model knows it. The model must
/// have a head.
std::string predictions_text(const ServedModel& model, const std::vector<std::string>& texts,
                             std::span<const float> vectors, PredictionFormat format);

}  // namespace reprtune::serve
