#include <reprtune/io/environment.h>
#include <reprtune/model/hub_cache.h>

#include <fstream>
#include <utility>

namespace reprtune {

std::filesystem::path hub_home() { return environment_path("HF_HOME", user_cache() / "huggingface"); }

std::filesystem::path hub_cache() { return environment_path("HF_HUB_CACHE", hub_home() / "hub"); }

bool is_commit(const std::string& text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

CachedRepository::CachedRepository(std::filesystem::path cache, const std::string& hub_id)
    : cache_(std::move(cache)), name_("models--" + hub_id) {
  name_.replace(name_.find('/'), 1, "--");
  folder_ = cache_ / name_;
}

std::filesystem::path CachedRepository::lock(const std::string& name) const {
  return cache_ / ".locks" / name_ / (name + ".lock");
}

std::optional<std::string> CachedRepository::find_commit(const std::string& revision) const {
  std::ifstream file(ref(revision));
  std::string commit;
  if (!(file >> commit)) commit = revision;
  if (commit.find('/') != std::string::npos || commit.starts_with('.')) return std::nullopt;
  return std::filesystem::is_directory(snapshot(commit)) ? std::optional(commit) : std::nullopt;
}

}  // namespace reprtune
