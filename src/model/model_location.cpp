#include <reprtune/io/error.h>
#include <reprtune/model/model_location.h>

#include <cstdlib>
#include <fstream>
#include <optional>

namespace reprtune {
namespace {

std::filesystem::path environment(const char* name, const std::filesystem::path& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::filesystem::path(value) : fallback;
}

std::filesystem::path cache_home() {
  return environment("XDG_CACHE_HOME", environment("HOME", ".") / ".cache");
}

/// The snapshot of a hub repository in the Hugging Face cache: models--org--name/snapshots/<commit>, the
/// commit as refs/main says.
std::optional<std::filesystem::path> hub_snapshot(const std::filesystem::path& cache,
                                                  const std::string& hub_id) {
  std::string folder = "models--" + hub_id;
  folder.replace(folder.find('/'), 1, "--");
  std::ifstream ref(cache / folder / "refs" / "main");
  std::string commit;
  if (!(ref >> commit) || commit.find('/') != std::string::npos) return std::nullopt;
  const auto snapshot = cache / folder / "snapshots" / commit;
  return std::filesystem::is_directory(snapshot) ? std::optional(snapshot) : std::nullopt;
}

bool is_hub_id(const std::string& name) {
  const auto slash = name.find('/');
  return slash != std::string::npos && slash > 0 && slash + 1 < name.size() &&
         name.find('/', slash + 1) == std::string::npos && name.find("..") == std::string::npos &&
         name.front() != '.' && name.front() != '~';
}

}  // namespace

const std::vector<ModelAlias>& model_aliases() {
  static const std::vector<ModelAlias> aliases = {
      {"small", "sentence-transformers/all-MiniLM-L6-v2"},
      {"medium", "BAAI/bge-base-en-v1.5"},
      {"large", "BAAI/bge-large-en-v1.5"},
      {"multilingual", "intfloat/multilingual-e5-small"},
  };
  return aliases;
}

std::filesystem::path find_model(const std::string& name) {
  if (name.empty()) throw Error(ErrorKind::usage, "the model name is empty");
  if (std::filesystem::is_directory(name)) return name;
  if (std::filesystem::exists(name))
    throw Error(ErrorKind::model, name + ": is a file, expected a model folder");
  std::string hub_id = name;
  for (const ModelAlias& alias : model_aliases()) {
    if (name == alias.alias) hub_id = alias.hub_id;
  }
  if (name == "small") {
    const auto folder = environment("REPRTUNE_BASE_MODEL", "");
    if (!folder.empty()) {
      if (std::filesystem::is_directory(folder)) return folder;
      throw Error(ErrorKind::model, "REPRTUNE_BASE_MODEL: " + folder.string() + " is not a folder");
    }
  }
  if (!is_hub_id(hub_id)) throw Error(ErrorKind::model, name + ": no such model folder");
  const auto downloads = environment("REPRTUNE_DEPS", cache_home() / "reprtune") / "models";
  if (std::filesystem::is_directory(downloads / hub_id)) return downloads / hub_id;
  const auto hub = environment("HF_HUB_CACHE", environment("HF_HOME", cache_home() / "huggingface") / "hub");
  if (const auto snapshot = hub_snapshot(hub, hub_id)) return *snapshot;
  throw Error(ErrorKind::model, name + ": model not found: no such folder, and " + hub_id +
                                    " is neither in " + downloads.string() + " nor in " + hub.string() +
                                    " (run tools/setup for 'small')");
}

}  // namespace reprtune
