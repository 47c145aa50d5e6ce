#include <reprtune/ui/launches.h>

#include "../serve/refused.h"
#include "temporary_folder.h"

#include <chrono>
#include <thread>

namespace reprtune::ui {
namespace {

/// A shell in the place of the program: its arguments are a script's.
class LaunchesTest : public testing::Test {
 protected:
  void wait() const {
    for (int i = 0; i < 200 && launches_.is_running("m"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  TemporaryFolder place_;
  Program program_{"/bin/sh", place_.path(), {}};
  Launches launches_{program_};
};

TEST_F(LaunchesTest, KnowsWhatRuns) {
  EXPECT_FALSE(launches_.is_running("m"));
  launches_.start("m", {"-c", "sleep 60"});
  EXPECT_TRUE(launches_.is_running("m"));
  EXPECT_EQ(launches_.running(), std::vector<std::string>{"m"});
  EXPECT_TRUE(launches_.runs_since("m", 0));
  EXPECT_FALSE(launches_.runs_since("m", 1e12));
  EXPECT_EQ(serve::refusal([&] { launches_.start("m", {"-c", ":"}); }), "m: is being trained already");
  launches_.stop("m");
  wait();
  EXPECT_EQ(launches_.failure("m"), std::nullopt);  // it was asked to
}

TEST_F(LaunchesTest, KnowsWhyOneFailed) {
  launches_.start("m", {"-c", "echo warning >&2; echo 'error: a.csv:3: no label' >&2; exit 3"});
  wait();
  EXPECT_EQ(launches_.failure("m"), "a.csv:3: no label");
  EXPECT_EQ(launches_.messages("m"), "warning\nerror: a.csv:3: no label\n");
  launches_.start("m", {"-c", ":"});
  wait();
  EXPECT_EQ(launches_.failure("m"), std::nullopt);
}

TEST_F(LaunchesTest, RunsShortCommands) {
  EXPECT_EQ(program_.run({"-c", "echo $0"}), "reprtune\n");
  EXPECT_EQ(serve::refusal([&] { program_.run({"-c", "echo 'error: no' >&2; exit 2"}); }), "no");
  EXPECT_EQ(serve::refusal([&] { program_.run({"-c", "exit 2"}); }), "the program ended without a word");
}

}  // namespace
}  // namespace reprtune::ui
