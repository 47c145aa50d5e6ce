#pragma once

#include <cstdlib>
#include <filesystem>

namespace reprtune {

/// A path that an environment variable gives; `fallback` where it is not set or empty.
inline std::filesystem::path environment_path(const char* name, const std::filesystem::path& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::filesystem::path(value) : fallback;
}

/// $XDG_CACHE_HOME, else ~/.cache.
inline std::filesystem::path user_cache() {
  return environment_path("XDG_CACHE_HOME", environment_path("HOME", ".") / ".cache");
}

}  // namespace reprtune
