#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Settings of the run and the commands that use the model. `run`: as in render_report().
std::string usage_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
