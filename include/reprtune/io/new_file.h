#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace reprtune {

/// A file that appears whole or not at all, and never in the place of another: written under a hidden name in
/// its folder, which the destructor removes when commit() was not reached. Throws Error(runtime), one line
/// that names the file.
class NewFile {
 public:
  NewFile(const std::filesystem::path& folder, std::string name);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  void write(std::string_view bytes);
  /// Puts it in place under its name, or where there is something of that name under the first of
  /// "train-2.csv", "train-3.csv", ... that is free. Returns the name that it has now.
  std::string commit();

 private:
  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path folder_;
  std::string name_, hidden_;
  int file_ = -1;
};

}  // namespace reprtune
