#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// How well calibrated the probabilities are, and what a threshold on them does; `run`: as in
/// render_report(). Empty when nothing is known.
std::string probability_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
