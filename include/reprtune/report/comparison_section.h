#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The model beside simpler methods; empty when they were not compared. See render_report().
std::string comparison_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
