#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune::ui {

/// The one folder that the pages can see: files and model folders that lie in it, by their names. No name
/// leads out of it, not by way of a link either.
class WorkFolder {
 public:
  /// Throws Error(usage) when it is no folder.
  explicit WorkFolder(const std::filesystem::path& folder);

  const std::filesystem::path& path() const { return path_; }

  /// A file of rows. Throws ApiError(malformed) for a name that is none, or of no such file.
  std::filesystem::path file(const std::string& name) const;
  /// A model folder, be it there or not. Throws ApiError(malformed) for a name that is none.
  std::filesystem::path model(const std::string& name) const;
  /// The same path, when it does not lead out of the folder. Throws ApiError(malformed) when it does.
  std::filesystem::path inside(const std::filesystem::path& path) const;
  /// Throws ApiError(malformed) unless a file of rows may have that name.
  static void require_file_name(const std::string& name);

  /// Files of rows: [{"name", "bytes", "modified" (seconds since 1970)}], the newest first.
  nlohmann::ordered_json files() const;
  /// Model folders: [{"name", "has_head"}], in alphabetical order.
  nlohmann::ordered_json models() const;
  /// Names of all models that finetune has written or is writing, in alphabetical order.
  std::vector<std::string> runs() const;

 private:
  bool is_inside(const std::filesystem::path& path) const;

  std::filesystem::path path_;
};

}  // namespace reprtune::ui
