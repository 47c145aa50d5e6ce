#include <reprtune/data/problem_type.h>
#include <reprtune/report/field.h>

#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

namespace reprtune {

using Json = nlohmann::ordered_json;

const Json& field(const Json& object, const char* key) {
  static const Json kAbsent = nullptr;
  if (!object.is_object()) return kAbsent;
  const auto found = object.find(key);
  return found == object.end() ? kAbsent : *found;
}

std::optional<double> number_field(const Json& object, const char* key) {
  const Json& value = field(object, key);
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<std::size_t> count_field(const Json& object, const char* key) {
  const Json& value = field(object, key);
  if (!value.is_number_integer()) return std::nullopt;
  if (!value.is_number_unsigned() && value.get<std::int64_t>() < 0) return std::nullopt;
  return value.get<std::size_t>();
}

std::string text_field(const Json& object, const char* key) {
  const Json& value = field(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

const Json& list_field(const Json& object, const char* key) {
  static const Json kEmpty = Json::array();
  const Json& value = field(object, key);
  return value.is_array() ? value : kEmpty;
}

bool has_label_sets(const nlohmann::ordered_json& run) {
  return text_field(run, "problem_type") == problem_type_name(ProblemType::multi_label);
}

}  // namespace reprtune
