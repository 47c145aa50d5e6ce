#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune::serve {

/// The JSON object of a request's body. Throws ApiError(malformed) for anything else, and for what is nested
/// deeper than any request needs to be.
nlohmann::json parse_request(std::string_view body);

// Members of that object; null is as good as absent. Each throws ApiError(malformed), naming the member, when
// it has another type.

std::optional<std::string> text_member(const nlohmann::json& object, const char* key);
bool flag_member(const nlohmann::json& object, const char* key, bool fallback);
std::optional<std::int64_t> whole_member(const nlohmann::json& object, const char* key);
/// A list of texts; absent when the member is.
std::optional<std::vector<std::string>> texts_member(const nlohmann::json& object, const char* key);
/// A text or a list of texts, as a list.
std::optional<std::vector<std::string>> text_or_texts_member(const nlohmann::json& object, const char* key);
/// One of `choices`, as its index.
std::size_t choice_member(const nlohmann::json& object, const char* key,
                          const std::vector<std::string_view>& choices, std::size_t fallback);

/// Throws ApiError(malformed) for a member of the wrong type or value: "'KEY': expected EXPECTED, found
/// FOUND".
[[noreturn]] void refuse_member(const char* key, const std::string& expected, const nlohmann::json& found);

}  // namespace reprtune::serve
