#pragma once

#include <reprtune/io/error.h>

#include <filesystem>

#include <nlohmann/json.hpp>

namespace reprtune {

/// Reads a JSON file. Throws Error(kind), one line that names the file and, for bad JSON, the place.
nlohmann::json read_json_file(const std::filesystem::path& path, ErrorKind kind);

/// Member `key` of a JSON object read from `path`, as T; `fallback` when it is absent or null.
/// Throws Error(model) when it has another type.
template <typename T>
T json_value(const nlohmann::json& object, const char* key, T fallback, const std::filesystem::path& path) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return fallback;
  try {
    return found->get<T>();
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::model,
                path.string() + ": '" + key + "' has an unexpected type: " + found->dump().substr(0, 80));
  }
}

}  // namespace reprtune
