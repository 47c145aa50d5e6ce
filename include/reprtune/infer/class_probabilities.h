#pragma once

#include <reprtune/model/model.h>

#include <span>
#include <vector>

namespace reprtune {

/// Calibrated class probabilities, [B, C] row-major, of vectors [B, H]. The model must have a head.
std::vector<float> class_probabilities(const Model& model, std::span<const float> vectors);

}  // namespace reprtune
