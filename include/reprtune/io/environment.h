#pragma once

#include <filesystem>
#include <string>

namespace reprtune {

/// What an environment variable says; `fallback` where it is not set or empty.
std::string environment(const char* name, const std::string& fallback = {});

/// The same as a path.
std::filesystem::path environment_path(const char* name, const std::filesystem::path& fallback);

/// $XDG_CACHE_HOME, else .cache in $HOME, else in the home folder of the account.
std::filesystem::path user_cache();

}  // namespace reprtune
