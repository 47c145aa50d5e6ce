#pragma once

#include <reprtune/model/hub_name.h>

#include <filesystem>
#include <optional>
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

/// The model on a hub that an alias or a hub id names, each with "@revision" behind it or without; nothing
/// where it can be neither.
std::optional<HubName> hub_name(const std::string& name);

/// The hub's model that find_model(name) leads to; nothing where it is a folder of the user's.
std::optional<HubName> hub_origin(const std::string& name);

/// Where a hub's model is on this machine: in the download folder of the set-up ($REPRTUNE_DEPS/models),
/// which has no revisions, or in the hub cache.
std::optional<std::filesystem::path> find_download(const HubName& name);

/// The folder of a model given as a folder, an alias or a hub id: looks in the folder itself, in
/// $REPRTUNE_BASE_MODEL for `small`, and where find_download() does. Never uses the network. Throws
/// Error(model), one line that says where it looked.
std::filesystem::path find_model(const std::string& name);

}  // namespace reprtune
