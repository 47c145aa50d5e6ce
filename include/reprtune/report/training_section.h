#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Curves of the training: losses, learning rate, validation scores. `run`: as in render_report().
std::string training_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
