#include <reprtune/io/temporary_file.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reprtune {
namespace {

class TemporaryFileTest : public testing::Test {
 protected:
  TemporaryFileTest() { std::filesystem::create_directories(folder_); }
  ~TemporaryFileTest() override { std::filesystem::remove_all(folder_); }

  std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      all.insert(entry.path().filename().string());
    return all;
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("reprtune-temporary-file-" + std::to_string(getpid()));
};

TEST_F(TemporaryFileTest, IsNamedAfterItsPlace) {
  const TemporaryFile first(folder_ / "a.csv"), second(folder_ / "a.csv");
  ASSERT_EQ(names().size(), 2U);
  for (const std::string& name : names()) EXPECT_TRUE(name.starts_with("a.csv.partial-")) << name;
}

TEST_F(TemporaryFileTest, TakesOnlyAPlaceThatIsFree) {
  std::ofstream(folder_ / "a.csv") << "taken";
  TemporaryFile file(folder_ / "a.csv");
  EXPECT_FALSE(file.take(folder_ / "a.csv"));
  EXPECT_TRUE(file.take(folder_ / "b.csv"));
  EXPECT_EQ(names(), (std::set<std::string>{"a.csv", "b.csv"}));
}

TEST_F(TemporaryFileTest, LeftoversOfKilledProcessesCanBeRemoved) {
  std::ofstream(folder_ / "a.csv.partial-123") << "half";
  std::ofstream(folder_ / "a.csv") << "whole";
  std::filesystem::create_directory(folder_ / "model.partial");
  TemporaryFile::remove_leftovers(folder_);
  EXPECT_EQ(names(), (std::set<std::string>{"a.csv", "model.partial"}));
}

}  // namespace
}  // namespace reprtune
