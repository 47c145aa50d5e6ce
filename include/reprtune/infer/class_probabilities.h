#pragma once

#include <reprtune/model/model.h>

#include <cstdint>
#include <span>
#include <vector>

namespace reprtune {

/// Calibrated class probabilities, [B, C] row-major, of vectors [B, H]. The model must have a head.
std::vector<float> class_probabilities(const Model& model, std::span<const float> vectors);

/// What they are made of, before temperature and softmax or sigmoid. // [B, C]
std::vector<float> class_logits(const Model& model, std::span<const float> vectors);

/// Throws Error(model) when one of the probabilities, which are those of row `row`, is not a number.
void require_probabilities(std::span<const float> probabilities, std::uint64_t row);

}  // namespace reprtune
