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
  const bool is_named = static_cast<bool>(file >> commit);
  if (!is_named) commit = revision;
  if (commit.find('/') != std::string::npos || commit.starts_with('.')) return std::nullopt;
  // A ref is written last. Of a commit that none leads to, the weights are what comes last.
  const auto last = is_named ? snapshot(commit) : snapshot(commit) / "model.safetensors";
  return std::filesystem::exists(last) ? std::optional(commit) : std::nullopt;
}

}  // namespace reprtune
