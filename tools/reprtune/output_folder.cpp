#include "output_folder.h"

#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>

#include <system_error>

namespace reprtune::cli {
namespace {

std::filesystem::path without_trailing_slash(const std::filesystem::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

std::filesystem::path partial_path(const std::filesystem::path& model) {
  return without_trailing_slash(model).string() + ".partial";
}

}  // namespace

OutputFolder::OutputFolder(std::filesystem::path model, bool overwrite)
    : model_(without_trailing_slash(model)), partial_(partial_path(model_)) {
  if (model_.empty()) throw Error(ErrorKind::usage, "the output folder has no name");
  if (std::filesystem::exists(model_) && !std::filesystem::is_directory(model_)) {
    throw Error(ErrorKind::usage, model_.string() + ": is a file, expected a folder to write the model to");
  }
  if (!overwrite && std::filesystem::exists(model_)) {
    throw Error(
        ErrorKind::usage,
        model_.string() + ": already exists (--overwrite replaces it once the new model is complete)");
  }
  if (!overwrite && std::filesystem::exists(partial_)) {
    throw Error(ErrorKind::usage,
                partial_.string() + ": an unfinished run is here (--overwrite starts anew)");
  }
  const bool fresh = !std::filesystem::exists(partial_);
  try {
    run_ = std::make_unique<RunFolder>(partial_);
  } catch (const Error&) {
    std::error_code ignored;
    if (fresh) std::filesystem::remove_all(partial_, ignored);
    throw;
  }
}

OutputFolder::~OutputFolder() {
  if (!run_) return;
  run_.reset();
  std::error_code ignored;
  if (!keep_) std::filesystem::remove_all(partial_, ignored);
}

void OutputFolder::commit() {
  run_.reset();
  replace_folder(partial_, model_);
}

std::filesystem::path run_location(const std::filesystem::path& model) {
  const auto partial = partial_path(model);
  return std::filesystem::exists(partial / "run") ? partial : without_trailing_slash(model);
}

}  // namespace reprtune::cli
