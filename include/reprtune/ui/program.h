#pragma once

#include <reprtune/ui/child_process.h>

#include <filesystem>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

namespace reprtune::ui {

/// The program itself, run in the folder as a user would run it there: all that the pages do goes through its
/// command line, so that they cannot do anything else, nor do it otherwise.
class Program {
 public:
  /// `shared`: arguments that every command is given, such as --threads.
  Program(std::filesystem::path executable, std::filesystem::path folder, std::vector<std::string> shared);

  /// "reprtune", the arguments, and those of every command: what is run, word by word.
  std::vector<std::string> command(const std::vector<std::string>& arguments) const;

  /// Runs a command that ends soon, of which no more than two run at a time, and returns what it wrote to
  /// standard output. When it fails, throws ApiError(malformed) with what it said on standard error. Throws
  /// Error(runtime) when it cannot be started.
  std::string run(const std::vector<std::string>& arguments);
  /// Starts a command. Throws Error(runtime).
  std::unique_ptr<ChildProcess> start(const std::vector<std::string>& arguments) const;

  /// What a command that failed has said of the reason: what stands behind the last "error: ".
  static std::string error_in(const std::string& messages);

 private:
  std::filesystem::path executable_, folder_;
  std::vector<std::string> shared_;
  std::counting_semaphore<2> free_{2};
};

}  // namespace reprtune::ui
