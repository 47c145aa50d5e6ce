#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// JSON as text, in one line, or in several with `indent` spaces for each level. Texts may be any bytes, as
/// names of files and labels are: what is not UTF-8 becomes U+FFFD.
std::string json_text(const nlohmann::json& json, int indent = -1);
std::string json_text(const nlohmann::ordered_json& json, int indent = -1);

}  // namespace reprtune
