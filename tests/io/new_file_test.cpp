#include <reprtune/io/error.h>
#include <reprtune/io/new_file.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reprtune {
namespace {

class NewFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("reprtune-new-file-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string add(const std::string& name, const std::string& content) {
    NewFile file(folder_, name);
    file.write(content);
    return file.commit();
  }
  std::string content(const std::string& name) const {
    std::ostringstream bytes;
    bytes << std::ifstream(folder_ / name).rdbuf();
    return bytes.str();
  }
  std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      all.insert(entry.path().filename().string());
    return all;
  }

  std::filesystem::path folder_;
};

TEST_F(NewFileTest, NeverTakesThePlaceOfAnother) {
  EXPECT_EQ(add("train.csv", "1"), "train.csv");
  EXPECT_EQ(add("train.csv", "2"), "train-2.csv");
  EXPECT_EQ(add("train.csv", "3"), "train-3.csv");
  EXPECT_EQ(add("train.csv.gz", "4"), "train.csv.gz");
  EXPECT_EQ(add("train.csv.gz", "5"), "train-2.csv.gz");
  EXPECT_EQ(add("plain", "6"), "plain");
  EXPECT_EQ(add("plain", "7"), "plain-2");
  EXPECT_EQ(content("train.csv") + content("train-2.csv") + content("train-3.csv"), "123");
  EXPECT_EQ(names().size(), 7U);
}

TEST_F(NewFileTest, LeavesNothingWithoutCommit) {
  {
    NewFile file(folder_, "a.csv");
    file.write("half");
    EXPECT_EQ(names().count("a.csv"), 0U);
  }
  EXPECT_TRUE(names().empty());
}

TEST_F(NewFileTest, DoesNotFollowALinkOfThatName) {
  std::filesystem::create_symlink(folder_ / "elsewhere", folder_ / "a.csv");
  EXPECT_EQ(add("a.csv", "1"), "a-2.csv");
  EXPECT_EQ(names(), (std::set<std::string>{"a.csv", "a-2.csv"}));
}

TEST_F(NewFileTest, SaysWhichFileCannotBeWritten) {
  try {
    NewFile(folder_ / "absent", "a.csv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::runtime);
    EXPECT_EQ(std::string(error.what()),
              (folder_ / "absent" / "a.csv").string() + ": cannot be written: No such file or directory");
  }
}

}  // namespace
}  // namespace reprtune
