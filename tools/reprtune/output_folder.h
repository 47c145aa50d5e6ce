#pragma once

#include <reprtune/train/run_folder.h>

#include <filesystem>
#include <memory>

namespace reprtune::cli {

/// What finetune does with what is already there.
enum class Existing {
  refuse,
  overwrite,  ///< a new run, whose model replaces the old one
  resume,     ///< an unfinished run goes on; a finished model is left as it is
};

/// Where finetune writes, or where a link of that name leads: everything goes to `<model>.partial` beside the
/// place of the model, which takes that place when it is complete. A run that did not end well leaves its run
/// folder there, so that `status` can say what happened and the run can go on.
class OutputFolder {
 public:
  /// Throws Error(usage) when what is there is in the way, Error(runtime) when nothing can be written there
  /// or another process is at work.
  OutputFolder(std::filesystem::path model, Existing existing);
  ~OutputFolder();

  const std::filesystem::path& model() const { return model_; }
  const std::filesystem::path& partial() const { return partial_; }
  RunFolder& run() { return *run_; }
  /// Whether the model is there and complete, so that Existing::resume has nothing to do. There is no run()
  /// then.
  bool is_finished() const { return run_ == nullptr; }
  /// Whether the model, when it is complete, takes the place of one that is there.
  bool replaces_model() const { return replaces_model_; }

  /// From now on a failure leaves the run folder.
  void keep_run() { keep_ = true; }
  /// Removes what an earlier run left beside the run folder: its files, of another base model perhaps, are
  /// none of this model's.
  void drop_earlier_files();
  /// Puts the finished model in place.
  void commit();

 private:
  void refuse_what_is_not_ours() const;
  void refuse_what_is_there() const;
  void drop_leftovers() const;

  std::filesystem::path model_, partial_;
  std::unique_ptr<RunFolder> run_;
  bool fresh_;  ///< the run folder was not there before
  bool has_earlier_files_ = !fresh_;
  bool keep_ = false;
  bool replaces_model_ = false;
};

}  // namespace reprtune::cli
