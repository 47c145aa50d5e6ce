#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// What the model learned from: first rows, classes, lengths, warnings. `run`: as in render_report().
std::string data_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
