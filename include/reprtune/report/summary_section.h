#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Head of the report: title, state, what came out in one paragraph, the four figures that matter.
std::string summary_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
