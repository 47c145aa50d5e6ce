#pragma once

#include <reprtune/train/run_folder.h>

#include <filesystem>
#include <memory>

namespace reprtune::cli {

/// Where finetune writes: everything goes to `<model>.partial` beside the place of the model, which takes
/// that place when it is complete. A run that did not end well leaves its run folder there, so that `status`
/// can say what happened.
class OutputFolder {
 public:
  /// Throws Error(usage) when the model or an unfinished run is there and `overwrite` is false,
  /// Error(runtime) when nothing can be written there or another process is at work.
  OutputFolder(std::filesystem::path model, bool overwrite);
  ~OutputFolder();

  const std::filesystem::path& model() const { return model_; }
  const std::filesystem::path& partial() const { return partial_; }
  RunFolder& run() { return *run_; }

  /// From now on a failure leaves the run folder.
  void keep_run() { keep_ = true; }
  /// Puts the finished model in place.
  void commit();

 private:
  std::filesystem::path model_, partial_;
  std::unique_ptr<RunFolder> run_;
  bool keep_ = false;
};

/// The folder whose run/ tells about MODEL: that of a run at work or cut off, else the model itself.
std::filesystem::path run_location(const std::filesystem::path& model);

}  // namespace reprtune::cli
