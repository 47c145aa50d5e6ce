#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The held-out rows that the model gets wrong, with those among them whose label is to be doubted, and pairs
/// of rows that are nearly the same with different labels; `run`: as in render_report(). Empty when there are
/// none.
std::string mistakes_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
