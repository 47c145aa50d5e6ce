#include <reprtune/io/environment.h>
#include <reprtune/io/error.h>
#include <reprtune/model/hub_cache.h>
#include <reprtune/model/model_location.h>

namespace reprtune {
namespace {

/// The folder that takes the place of `small`; empty where there is none.
std::filesystem::path own_small_model() { return environment_path("REPRTUNE_BASE_MODEL", ""); }

std::filesystem::path downloads() {
  return environment_path("REPRTUNE_DEPS", user_cache() / "reprtune") / "models";
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

std::optional<HubName> hub_name(const std::string& name) {
  const std::string id = name.substr(0, name.find('@'));
  for (const ModelAlias& alias : model_aliases()) {
    if (id == alias.alias) return parse_hub_name(alias.hub_id + name.substr(id.size()));
  }
  return parse_hub_name(name);
}

std::optional<HubName> hub_origin(const std::string& name) {
  const bool is_own = std::filesystem::exists(name) || (name == "small" && !own_small_model().empty());
  return is_own ? std::nullopt : hub_name(name);
}

std::optional<std::filesystem::path> find_download(const HubName& name) {
  const auto folder = downloads() / name.id;
  if (name.revision == "main" && std::filesystem::is_directory(folder)) return folder;
  const CachedRepository repository(hub_cache(), name.id);
  const auto commit = repository.find_commit(name.revision);
  return commit ? std::optional(repository.snapshot(*commit)) : std::nullopt;
}

std::filesystem::path find_model(const std::string& name) {
  if (name.empty()) throw Error(ErrorKind::usage, "the model name is empty");
  if (std::filesystem::is_directory(name)) return name;
  if (std::filesystem::exists(name))
    throw Error(ErrorKind::model, name + ": is a file, expected a model folder");
  if (name == "small") {
    if (const auto folder = own_small_model(); !folder.empty()) {
      if (std::filesystem::is_directory(folder)) return folder;
      throw Error(ErrorKind::model, "REPRTUNE_BASE_MODEL: " + folder.string() + " is not a folder");
    }
  }
  const auto hub = hub_name(name);
  if (!hub) throw Error(ErrorKind::model, name + ": no such model folder");
  if (const auto folder = find_download(*hub)) return *folder;
  throw Error(ErrorKind::model, name + ": model not found: no such folder, and " + hub->text() +
                                    " is neither in " + downloads().string() + " nor in " +
                                    hub_cache().string() + " (get it with reprtune models pull " + name +
                                    ")");
}

}  // namespace reprtune
