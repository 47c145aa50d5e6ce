#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Member `key` of a JSON object; null when `object` is no object or has no such member. The accessors below
/// answer "absent" for a member of another type as well: what cannot be shown is left out of a report, not an
/// error.
const nlohmann::ordered_json& field(const nlohmann::ordered_json& object, const char* key);

/// A finite number.
std::optional<double> number_field(const nlohmann::ordered_json& object, const char* key);

/// A whole number from 0.
std::optional<std::size_t> count_field(const nlohmann::ordered_json& object, const char* key);

/// A string; empty when absent.
std::string text_field(const nlohmann::ordered_json& object, const char* key);

/// Whether a run (as in render_report()) was of rows with any number of labels.
bool has_label_sets(const nlohmann::ordered_json& run);

/// An array; empty when absent.
const nlohmann::ordered_json& list_field(const nlohmann::ordered_json& object, const char* key);

}  // namespace reprtune
