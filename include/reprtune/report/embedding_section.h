#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The embeddings before and after finetuning, and the validation rows predicted wrong. `run`: as in
/// render_report().
std::string embedding_section(const nlohmann::ordered_json& run);

}  // namespace reprtune
