#include <reprtune/io/environment.h>

#include <cstdlib>

namespace reprtune {

std::string environment(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

std::filesystem::path environment_path(const char* name, const std::filesystem::path& fallback) {
  return environment(name, fallback.string());
}

std::filesystem::path user_cache() {
  return environment_path("XDG_CACHE_HOME", environment_path("HOME", ".") / ".cache");
}

}  // namespace reprtune
