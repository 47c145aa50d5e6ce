#include <reprtune/io/json_file.h>
#include <reprtune/io/json_text.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/json_request.h>

#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

using Json = nlohmann::json;

/// A list of pairs of texts is the deepest thing that a request has.
constexpr int kMostDepth = 8;
/// Characters of a wrong value that a message shows.
constexpr std::size_t kShownValue = 40;

/// "a number (7)", "a list", ...
std::string found_text(const Json& value) {
  if (value.is_array()) return "a list";
  if (value.is_object()) return "an object";
  std::string text = json_text(value);
  if (text.size() > kShownValue) text = text.substr(0, kShownValue) + "...";
  return text;
}

/// The member when it is there and not null.
const Json* member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::vector<std::string> as_texts(const char* key, const Json& list) {
  std::vector<std::string> texts;
  texts.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_string()) refuse_member(key, "texts, at [" + std::to_string(i) + "]", list[i]);
    texts.push_back(list[i].get<std::string>());
  }
  return texts;
}

}  // namespace

void refuse_member(const char* key, const std::string& expected, const Json& found) {
  throw ApiError(ErrorCause::malformed,
                 "'" + std::string(key) + "': expected " + expected + ", found " + found_text(found), key);
}

Json parse_request(std::string_view body) {
  if (is_nested_deeper(body, kMostDepth)) {
    throw ApiError(ErrorCause::malformed,
                   "the body is nested deeper than " + std::to_string(kMostDepth) + " levels");
  }
  try {
    Json object = Json::parse(body);
    if (object.is_object()) return object;
    throw ApiError(ErrorCause::malformed, "expected a JSON object, found " + found_text(object));
  } catch (const Json::parse_error& error) {
    throw ApiError(ErrorCause::malformed,
                   body.empty() ? "expected a JSON object, found an empty body"
                                : "the body is not valid JSON at byte " + std::to_string(error.byte));
  } catch (const Json::out_of_range&) {
    throw ApiError(ErrorCause::malformed, "the body has a number that is too large");
  }
}

std::optional<std::string> text_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse_member(key, "a text", *value);
  return value->get<std::string>();
}

bool flag_member(const Json& object, const char* key, bool fallback) {
  const Json* value = member(object, key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) refuse_member(key, "true or false", *value);
  return value->get<bool>();
}

std::optional<std::int64_t> whole_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  const bool fits =
      value->is_number_integer() && (!value->is_number_unsigned() ||
                                     value->get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
  if (!fits) refuse_member(key, "a whole number", *value);
  return value->get<std::int64_t>();
}

std::optional<std::vector<std::string>> texts_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array()) refuse_member(key, "a list of texts", *value);
  return as_texts(key, *value);
}

std::optional<std::vector<std::string>> text_or_texts_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::vector<std::string>{value->get<std::string>()};
  if (!value->is_array()) refuse_member(key, "a text or a list of texts", *value);
  return as_texts(key, *value);
}

std::size_t choice_member(const Json& object, const char* key, const std::vector<std::string_view>& choices,
                          std::size_t fallback) {
  const Json* value = member(object, key);
  if (value == nullptr) return fallback;
  std::string known;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (value->is_string() && value->get_ref<const std::string&>() == choices[i]) return i;
    known += (i == 0 ? "" : ", ") + std::string(choices[i]);
  }
  refuse_member(key, "one of " + known, *value);
}

}  // namespace reprtune::serve
