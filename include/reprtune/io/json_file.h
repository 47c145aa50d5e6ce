#pragma once

#include <reprtune/io/error.h>

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace reprtune {

/// Reads a JSON file. Throws Error(kind), one line that names the file and, for bad JSON, the place.
nlohmann::json read_json_file(const std::filesystem::path& path, ErrorKind kind);

/// The bytes of a file that is to be JSON. Throws Error(kind), one line that names the file.
std::string read_json_bytes(const std::filesystem::path& path, ErrorKind kind);

/// Whether lists and objects are nested deeper than `most` in what is to be JSON. Who copies or writes a
/// parsed value calls himself once for each level, so deep nesting must not get so far.
bool is_nested_deeper(std::string_view json, int most);

/// Throws Error(kind), one line that names the file, for JSON nested deeper than any file of ours or of a
/// model.
void refuse_deep_nesting(std::string_view json, const std::filesystem::path& path, ErrorKind kind);

/// read_json_file() for any nlohmann::basic_json.
template <typename Json>
Json read_json_file_as(const std::filesystem::path& path, ErrorKind kind) {
  const std::string bytes = read_json_bytes(path, kind);
  refuse_deep_nesting(bytes, path, kind);
  try {
    return Json::parse(bytes);
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(kind, path.string() + ": not valid JSON at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::out_of_range&) {
    throw Error(kind, path.string() + ": has a number that is too large");
  }
}

/// Member `key` of a JSON object read from `path`, as T; `fallback` when it is absent or null.
/// Throws Error(model) when it has another type.
template <typename T, typename Json>
T json_value(const Json& object, const char* key, T fallback, const std::filesystem::path& path) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return fallback;
  try {
    return found->template get<T>();
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::model,
                path.string() + ": '" + key + "' has an unexpected type: " + found->dump().substr(0, 80));
  }
}

}  // namespace reprtune
