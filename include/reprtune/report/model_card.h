#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// README.md of a model folder: YAML front matter for the Hugging Face hub, what the model was trained on,
/// its scores, and how to use it from the command line, Python and C++. `run`: as in render_report(). A card
/// is made to be published: of files and folders it has the names, not where they are. `base_hub_id` is
/// "org/name" of the base model on the hub; empty when it is not from there.
std::string render_model_card(const nlohmann::ordered_json& run, const std::string& base_hub_id);

}  // namespace reprtune
