#pragma once

#include <reprtune/io/error.h>

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace reprtune {

/// Reads a JSON file. Throws Error(kind), one line that names the file and, for bad JSON, the place.
nlohmann::json read_json_file(const std::filesystem::path& path, ErrorKind kind);

/// The bytes of a file that is to be JSON. Throws Error(kind), one line that names the file.
std::string read_json_bytes(const std::filesystem::path& path, ErrorKind kind);

/// read_json_file() for any nlohmann::basic_json.
template <typename Json>
Json read_json_file_as(const std::filesystem::path& path, ErrorKind kind) {
  const std::string bytes = read_json_bytes(path, kind);
  try {
    return Json::parse(bytes);
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(kind, path.string() + ": not valid JSON at byte " + std::to_string(error.byte));
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
