#pragma once

#include <optional>
#include <string>

namespace reprtune {

/// A model on a Hugging Face hub, at one of its revisions.
struct HubName {
  std::string id;                 ///< "org/name"
  std::string revision = "main";  ///< a branch, a tag or a commit

  std::string text() const { return revision == "main" ? id : id + "@" + revision; }
};

/// Whether this can be the name of a branch, a tag or a commit, and a path below a folder.
bool is_revision(const std::string& text);

/// Reads "org/name" or "org/name@revision"; nothing where `text` is neither.
std::optional<HubName> parse_hub_name(const std::string& text);

}  // namespace reprtune
