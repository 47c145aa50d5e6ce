#pragma once

#include <reprtune/eval/metrics.h>

#include <string>
#include <vector>

namespace reprtune {

/// <figure> with the accuracy of each bin over its mean confidence as inline SVG, beside the diagonal on
/// which calibrated probabilities lie; the area of a dot is its share of the rows, the numbers are shown on
/// hover (DeGroot and Fienberg, "The Comparison and Evaluation of Forecasters", 1983). Empty when no bin has
/// rows.
std::string reliability_diagram(const std::vector<ReliabilityBin>& table);

}  // namespace reprtune
