#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace reprtune {

/// A short name for a base model.
struct ModelAlias {
  const char* alias;
  const char* hub_id;
};

/// small, medium, large, multilingual.
const std::vector<ModelAlias>& model_aliases();

/// The folder of a model given as a folder, an alias or a hub id ("org/name"): looks in the folder itself, in
/// the download folder of the set-up ($REPRTUNE_DEPS/models; `small` also in $REPRTUNE_BASE_MODEL) and in the
/// Hugging Face cache
/// ($HF_HUB_CACHE, $HF_HOME/hub). Never uses the network. Throws Error(model), one line that says where it
/// looked.
std::filesystem::path find_model(const std::string& name);

}  // namespace reprtune
