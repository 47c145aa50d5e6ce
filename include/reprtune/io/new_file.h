#pragma once

#include <reprtune/io/temporary_file.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace reprtune {

/// A file that appears whole or not at all, and never in the place of another: a TemporaryFile in its folder
/// until commit(). Throws Error(runtime), one line that names the file.
class NewFile {
 public:
  NewFile(const std::filesystem::path& folder, std::string name);

  void write(std::string_view bytes);
  /// Puts it in place under its name, or where there is something of that name under the first of
  /// "train-2.csv", "train-3.csv", ... that is free. Returns the name that it has now.
  std::string commit();

 private:
  std::filesystem::path folder_;
  std::string name_;
  TemporaryFile file_;
};

}  // namespace reprtune
