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

  /// From now on a failure leaves the run folder. Removes what an earlier, unfinished run left beside it: its
  /// files, of another base model perhaps, are none of this model's.
  void keep_run();
  /// Puts the finished model in place.
  void commit();

 private:
  std::filesystem::path model_, partial_;
  std::unique_ptr<RunFolder> run_;
  bool fresh_;  ///< the run folder was not there before
  bool keep_ = false;
};

/// The folder whose run/ tells about MODEL: that of a run at work or cut off, else the model itself.
std::filesystem::path run_location(const std::filesystem::path& model);

}  // namespace reprtune::cli
