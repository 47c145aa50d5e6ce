#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reprtune {

/// A model folder of a test, removed at its end.
class ModelFolder {
 public:
  ModelFolder() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() / (std::string("reprtune-") + info->test_suite_name() +
                                                      "-" + info->name() + "-" + std::to_string(getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~ModelFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  ModelFolder(const ModelFolder&) = delete;
  ModelFolder& operator=(const ModelFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  const ModelFolder& write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return *this;
  }

  const ModelFolder& copy(const std::filesystem::path& file, const std::string& name) const {
    std::filesystem::copy_file(file, path_ / name, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::permissions(path_ / name, std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
    return *this;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace reprtune
