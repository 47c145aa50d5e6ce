#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// What more rows would give, from the member learning_curve of a run (see render_report); empty without one.
std::string learning_curve_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
