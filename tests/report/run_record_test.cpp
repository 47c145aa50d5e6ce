#include <reprtune/io/error.h>
#include <reprtune/report/run_record.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace reprtune {
namespace {

class RunRecordTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("reprtune-run-record-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }

  std::filesystem::path folder_;
};

TEST_F(RunRecordTest, LiesWhereTheRunIs) {
  EXPECT_EQ(run_location(folder_ / "m"), folder_ / "m");
  EXPECT_EQ(run_location(folder_ / "m/"), folder_ / "m");
  write("m.partial/run/state.json", "{}");
  EXPECT_EQ(run_location(folder_ / "m/"), folder_ / "m.partial");
}

TEST_F(RunRecordTest, SaysWhatBecameOfARunWhoseProcessIsGone) {
  write("m/run/report.json", R"({"model": "elsewhere", "state": "running", "seconds": 3})");
  write("m/run/state.json", R"({"state": "training", "pid": 2147483647})");
  const auto record = read_run_record("m", folder_ / "m");
  EXPECT_EQ(record.dump(),
            R"({"model":"m","state":"interrupted","seconds":3,"reason":"its process is gone"})");
  write("m/run/state.json", R"({"state": "done"})");
  EXPECT_EQ(read_run_record("m", folder_ / "m")["state"], "running");
}

TEST_F(RunRecordTest, IsMissedInOneLine) {
  write("m/run/state.json", R"({"state": "preparing"})");
  try {
    read_run_record("m", folder_ / "m");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    EXPECT_TRUE(std::string(error.what()).starts_with("m: expected run/report.json")) << error.what();
  }
}

}  // namespace
}  // namespace reprtune
