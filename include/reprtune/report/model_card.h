#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// README.md of a model folder: YAML front matter for the Hugging Face hub, what the model was trained on,
/// its scores, and how to use it from the command line, Python and C++. `run`: as in render_report().
std::string render_model_card(const nlohmann::ordered_json& run);

}  // namespace reprtune
