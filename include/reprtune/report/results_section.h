#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Scores per class, confusion matrix and calibration on the validation rows. `run`: as in render_report().
std::string results_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
