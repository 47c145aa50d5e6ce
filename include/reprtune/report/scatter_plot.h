#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The validation rows' embeddings before and after finetuning, as two pictures with one legend, coloured and
/// shaped by true class (beyond 12 classes the 12 most frequent; the others grey); rows predicted wrong have
/// a ring. Text and labels appear on hover and by the arrow keys, in both pictures at once. `scatter`: as in
/// render_report(); at most 2,000 points, evenly spaced ones of more. Empty when there are none.
std::string scatter_plots(const nlohmann::ordered_json& scatter);

}  // namespace reprtune
