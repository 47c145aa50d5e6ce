#pragma once

#include <reprtune/model/hub_name.h>

#include <filesystem>
#include <optional>
#include <string>

namespace reprtune {

/// $HF_HOME, else huggingface/ in the user's cache folder.
std::filesystem::path hub_home();

/// The folder of models that is shared with Hugging Face's own tools: $HF_HUB_CACHE, else hub/ in hub_home().
std::filesystem::path hub_cache();

/// Where a model lies in a hub cache:
///
///     models--org--name/blobs/<etag>                        the bytes of a file
///     models--org--name/refs/<revision>                     the commit that a branch or tag stood for
///     models--org--name/snapshots/<commit>/<path>           a link to the file's blob
///     models--org--name/.no_exist/<commit>/<path>           the commit has no such file
///     .locks/models--org--name/<etag>.lock                  held while the blob is downloaded
///     .locks/models--org--name/<commit>.lock                and while a ref or an absence is written
class CachedRepository {
 public:
  CachedRepository(std::filesystem::path cache, const std::string& hub_id);

  std::filesystem::path blob(const std::string& etag) const { return folder_ / "blobs" / etag; }
  std::filesystem::path lock(const std::string& name) const;  ///< of an etag or a commit
  std::filesystem::path ref(const std::string& revision) const { return folder_ / "refs" / revision; }
  std::filesystem::path snapshot(const std::string& commit) const { return folder_ / "snapshots" / commit; }
  std::filesystem::path absence(const std::string& commit, const std::string& path) const {
    return folder_ / ".no_exist" / commit / path;
  }

  /// The commit that is here under a revision: by its ref, or itself a commit.
  std::optional<std::string> find_commit(const std::string& revision) const;

 private:
  std::filesystem::path cache_, folder_;
  std::string name_;
};

/// Whether this is the name of a commit: 40 or 64 hexadecimal digits in lower case.
bool is_commit(const std::string& text);

}  // namespace reprtune
