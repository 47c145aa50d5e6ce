#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Rows whose labels somebody should look at; empty when there are none. See render_report().
std::string label_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
