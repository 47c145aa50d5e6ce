#include <reprtune/io/error.h>
#include <reprtune/ui/child_process.h>

#include "temporary_folder.h"

#include <chrono>
#include <csignal>
#include <thread>

#include <signal.h>
#include <sys/wait.h>

namespace reprtune::ui {
namespace {

using namespace std::chrono_literals;

class ChildProcessTest : public testing::Test {
 protected:
  std::unique_ptr<ChildProcess> shell(const std::string& script) const {
    return std::make_unique<ChildProcess>("/bin/sh", std::vector<std::string>{"sh", "-c", script},
                                          place_.path());
  }

  TemporaryFolder place_;
};

TEST_F(ChildProcessTest, RunsInTheFolderAndKeepsWhatItSays) {
  const auto child = shell("pwd; echo problem >&2; cat; exit 3");  // standard input is at its end
  EXPECT_EQ(child->wait(), 3);
  EXPECT_EQ(child->exit_code(), 3);
  EXPECT_EQ(child->output(), std::filesystem::canonical(place_.path()).string() + "\n");
  EXPECT_EQ(child->messages(), "problem\n");
}

TEST_F(ChildProcessTest, TakesArgumentsAsTheyAre) {
  const ChildProcess child("/bin/sh", {"sh", "-c", "printf '%s|' \"$@\"", "sh", "a b", "$(id)", "'"},
                           place_.path());
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(child.output(), "a b|$(id)|'|");
}

TEST_F(ChildProcessTest, IsStoppedBySignalsThatThisProgramBlocks) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto child = shell("sleep 60");
  EXPECT_EQ(child->exit_code(), std::nullopt);
  child->ask_to_end();
  EXPECT_EQ(child->wait(), 128 + SIGTERM);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  child->ask_to_end();  // of nobody
}

TEST_F(ChildProcessTest, LeavesNoZombie) {
  const auto child = shell("exit 0");
  const pid_t id = child->id();
  child->wait();
  EXPECT_NE(::kill(id, 0), 0);  // it has been waited for, so that its number is free
}

TEST_F(ChildProcessTest, GoesOnWithoutItsParent) {
  { const auto child = shell("sleep 0.2; echo late; echo done > file"); }
  for (int i = 0; i < 100 && place_.read("file").empty(); ++i) std::this_thread::sleep_for(50ms);
  EXPECT_EQ(place_.read("file"), "done\n");
  ::waitpid(-1, nullptr, 0);
}

TEST_F(ChildProcessTest, SaysWhatCannotBeStarted) {
  EXPECT_THROW(ChildProcess("/absent", {"absent"}, place_.path()), Error);
}

}  // namespace
}  // namespace reprtune::ui
