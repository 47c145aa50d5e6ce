#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Characters of a user's text that a report shows at most.
inline constexpr std::size_t kShownCharacters = 200;

/// Any bytes as the content of an HTML element or of a quoted attribute: made safe to show (display_text),
/// cut at `max_characters`, with & < > " ' as entities.
std::string html_text(std::string_view text, std::size_t max_characters = kShownCharacters);

/// The same inside <bdi>, so that a text's direction stays its own; a line may break after _ and /, of which
/// labels and addresses are made. Not for attributes.
std::string html_user_text(std::string_view text, std::size_t max_characters = kShownCharacters);

/// A number with `digits` decimals; an en dash when it is absent.
std::string html_number(std::optional<double> value, int digits);

/// A share of 1 as "92.4 %"; an en dash when it is absent.
std::string html_percent(std::optional<double> share);

/// A count with thousands separators, "12,345".
std::string html_count(std::size_t count);

/// <section> with a heading; empty when `body` is.
std::string html_section(std::string_view id, std::string_view heading, const std::string& body);

/// JSON as the content of a <script> of data with this id, which it cannot end.
std::string html_data(std::string_view id, const nlohmann::ordered_json& data);

}  // namespace reprtune
