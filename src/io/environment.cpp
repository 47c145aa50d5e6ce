#include <reprtune/io/environment.h>

#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace reprtune {
namespace {

/// $HOME, or what the system knows: services and cron jobs may have no $HOME.
std::filesystem::path home() {
  if (const std::string given = environment("HOME"); !given.empty()) return given;
  const passwd* account = ::getpwuid(::getuid());
  return account != nullptr ? account->pw_dir : ".";
}

}  // namespace

std::string environment(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

std::filesystem::path environment_path(const char* name, const std::filesystem::path& fallback) {
  return environment(name, fallback.string());
}

std::filesystem::path user_cache() { return environment_path("XDG_CACHE_HOME", home() / ".cache"); }

}  // namespace reprtune
