#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The held-out rows' embeddings before and after finetuning, as two pictures with one legend, coloured and
/// shaped by true class (beyond 12 classes the 12 most frequent; the others grey); rows predicted wrong have
/// an outline. With a script the reader can switch between views (PCA, t-SNE), colour by right or wrong, show
/// one class only, and read text and labels on hover and by the arrow keys, in both pictures at once.
/// `scatter`: as in render_report(); at most 2,000 points, evenly spaced ones of more. Empty when there are
/// none.
std::string scatter_plots(const nlohmann::ordered_json& scatter);

}  // namespace reprtune
