#include "output_folder.h"

#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>

#include <system_error>
#include <utility>

namespace reprtune::cli {
namespace {

std::filesystem::path without_trailing_slash(const std::filesystem::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

std::filesystem::path partial_path(const std::filesystem::path& model) {
  return without_trailing_slash(model).string() + ".partial";
}

bool is_ours(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder) || std::filesystem::is_empty(folder)) return true;
  for (const char* name : {"reprtune.json", "run/metrics.jsonl", "run/state.json", "run/lock"}) {
    if (std::filesystem::exists(folder / name)) return true;
  }
  std::error_code not_there;
  return std::filesystem::is_empty(folder / "run", not_there);  // killed in its first moment
}

}  // namespace

OutputFolder::OutputFolder(std::filesystem::path model, Existing existing)
    : model_(followed(without_trailing_slash(model))),
      partial_(partial_path(model_)),
      fresh_(!std::filesystem::exists(partial_)) {
  const auto name = model_.filename();
  if (name.empty() || name == "." || name == ".." || model_ == "-") {
    throw Error(ErrorKind::usage,
                "--output: expected the name of a folder to write, found '" + model.string() + "'");
  }
  refuse_what_is_not_ours();
  const auto is_complete = [this] { return std::filesystem::exists(model_ / "reprtune.json"); };
  if (existing == Existing::refuse && is_complete()) refuse_what_is_there();
  try {
    run_ = std::make_unique<RunFolder>(partial_);
    if (existing == Existing::refuse) refuse_what_is_there();
  } catch (const Error&) {
    run_.reset();
    std::error_code ignored;
    if (fresh_) std::filesystem::remove_all(partial_, ignored);
    throw;
  }
  remove_replaced(model_);
  replaces_model_ = std::filesystem::exists(model_);
  if (existing != Existing::resume || !is_complete()) return;
  if (!RunFolder::is_unfinished(partial_)) {
    run_.reset();
    drop_leftovers();
  } else if (!RunFolder::replaces_model(partial_)) {
    throw Error(ErrorKind::usage, model_.string() + ": is there already, but the run in " +
                                      partial_.string() +
                                      " did not begin with --overwrite (move one of them)");
  }
}

void OutputFolder::refuse_what_is_not_ours() const {
  if (std::filesystem::exists(model_) && !std::filesystem::is_directory(model_)) {
    throw Error(ErrorKind::usage, model_.string() + ": is a file, expected a folder to write the model to");
  }
  for (const auto& folder : {model_, partial_}) {
    if (!is_ours(folder)) {
      throw Error(ErrorKind::usage,
                  folder.string() +
                      ": holds files that finetune did not write, and is left as it is (give another -o)");
    }
  }
}

void OutputFolder::refuse_what_is_there() const {
  if (std::filesystem::exists(model_)) {
    throw Error(
        ErrorKind::usage,
        model_.string() + ": already exists (--overwrite replaces it once the new model is complete)");
  }
  if (!fresh_) {
    throw Error(ErrorKind::usage, partial_.string() +
                                      ": an unfinished run is here (--resume goes on with it, --overwrite "
                                      "starts anew)");
  }
}

/// What a process leaves that is killed between putting the model in place and its end.
void OutputFolder::drop_leftovers() const {
  std::filesystem::remove_all(partial_);
  CheckpointFolder(model_ / "run").remove_all();
  std::filesystem::remove(model_ / "run" / "lock");
}

OutputFolder::~OutputFolder() {
  if (!run_) return;
  run_.reset();
  std::error_code ignored;
  if (!keep_ && fresh_) std::filesystem::remove_all(partial_, ignored);
}

void OutputFolder::drop_earlier_files() {
  if (!std::exchange(has_earlier_files_, false)) return;
  for (const auto& entry : std::filesystem::directory_iterator(partial_)) {
    if (entry.path().filename() != "run") std::filesystem::remove_all(entry.path());
  }
}

void OutputFolder::commit() {
  run_->move_to(model_);
  run_.reset();
}

}  // namespace reprtune::cli
