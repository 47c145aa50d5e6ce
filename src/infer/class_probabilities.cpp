#include <reprtune/infer/class_probabilities.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <cmath>
#include <string>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

namespace reprtune {

namespace {

/// Logits [B, C] of vectors [B, H].
at::Tensor logits_of(const Model& model, std::span<const float> vectors) {
  const std::int64_t H = model.hidden_size();
  const auto rows = static_cast<std::int64_t>(vectors.size()) / H;
  const at::Tensor x = at::empty({rows, H}, at::kFloat);
  std::copy(vectors.begin(), vectors.end(), x.mutable_data_ptr<float>());
  return model.head().value().logits(x);
}

}  // namespace

std::vector<float> class_probabilities(const Model& model, std::span<const float> vectors) {
  const c10::InferenceMode inference;
  return model.head().value().probabilities(logits_of(model, vectors));
}

std::vector<float> class_logits(const Model& model, std::span<const float> vectors) {
  const c10::InferenceMode inference;
  const at::Tensor logits = logits_of(model, vectors).contiguous();
  const auto* values = logits.const_data_ptr<float>();
  return {values, values + logits.numel()};
}

void require_probabilities(std::span<const float> probabilities, std::uint64_t row) {
  if (std::all_of(probabilities.begin(), probabilities.end(), [](float p) { return std::isfinite(p); }))
    return;
  throw Error(ErrorKind::model, "row " + std::to_string(row) +
                                    ": expected probabilities, found a value that is not a number: the "
                                    "model's weights are damaged, finetune it anew");
}

}  // namespace reprtune
