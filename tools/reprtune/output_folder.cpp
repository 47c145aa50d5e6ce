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

/// Whether the folder may be replaced: absent, empty, or written by finetune.
bool is_ours(const std::filesystem::path& folder) {
  return !std::filesystem::exists(folder) || std::filesystem::is_empty(folder) ||
         std::filesystem::exists(folder / "reprtune.json") ||
         std::filesystem::exists(folder / "run" / "metrics.jsonl");
}

}  // namespace

OutputFolder::OutputFolder(std::filesystem::path model, bool overwrite)
    : model_(without_trailing_slash(model)),
      partial_(partial_path(model_)),
      fresh_(!std::filesystem::exists(partial_)) {
  const auto name = model_.filename();
  if (name.empty() || name == "." || name == "..") {
    throw Error(ErrorKind::usage,
                "--output: expected the name of a folder to write, found '" + model.string() + "'");
  }
  if (std::filesystem::exists(model_) && !std::filesystem::is_directory(model_)) {
    throw Error(ErrorKind::usage, model_.string() + ": is a file, expected a folder to write the model to");
  }
  if (!overwrite && std::filesystem::exists(model_)) {
    throw Error(
        ErrorKind::usage,
        model_.string() + ": already exists (--overwrite replaces it once the new model is complete)");
  }
  for (const auto& folder : {model_, partial_}) {
    if (!is_ours(folder)) {
      throw Error(ErrorKind::usage,
                  folder.string() +
                      ": holds files that finetune did not write, and is left as it is (give another -o)");
    }
  }
  if (!overwrite && !fresh_) {
    throw Error(ErrorKind::usage,
                partial_.string() + ": an unfinished run is here (--overwrite starts anew)");
  }
  try {
    run_ = std::make_unique<RunFolder>(partial_);
  } catch (const Error&) {
    std::error_code ignored;
    if (fresh_) std::filesystem::remove_all(partial_, ignored);
    throw;
  }
}

OutputFolder::~OutputFolder() {
  if (!run_) return;
  run_.reset();
  std::error_code ignored;
  if (!keep_ && fresh_) std::filesystem::remove_all(partial_, ignored);
}

void OutputFolder::keep_run() {
  keep_ = true;
  if (fresh_) return;
  for (const auto& entry : std::filesystem::directory_iterator(partial_)) {
    if (entry.path().filename() != "run") std::filesystem::remove_all(entry.path());
  }
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
