#include <reprtune/train/checkpoint_folder.h>

#include "../model/error_of.h"
#include "../model/temporary_folder.h"

#include <csignal>
#include <set>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace reprtune {
namespace {

Checkpoint at_step(std::int64_t step) {
  Checkpoint checkpoint;
  checkpoint.step = step;
  checkpoint.tensors = {{"weights.a", at::full({4}, static_cast<double>(step))}};
  return checkpoint;
}

void save(CheckpointFolder& checkpoints, std::int64_t step) {
  checkpoints.save(at_step(step), {});
  checkpoints.wait();
}

std::set<std::string> names_in(const TemporaryFolder& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.insert(entry.path().filename().string());
  return names;
}

using Names = std::set<std::string>;

TEST(CheckpointFolder, KeepsTheLastTwo) {
  const TemporaryFolder folder;
  CheckpointFolder checkpoints(folder.path());
  EXPECT_TRUE(checkpoints.empty());
  EXPECT_FALSE(checkpoints.newest().checkpoint);
  for (const std::int64_t step : {8, 9, 10, 100}) save(checkpoints, step);
  EXPECT_EQ(names_in(folder), (Names{"checkpoint-10", "checkpoint-100"}));
  const auto found = checkpoints.newest();
  EXPECT_EQ(found.checkpoint->step, 100);
  EXPECT_EQ(found.damaged, "");
  save(checkpoints, 100);  // the same step again, a validation later
  EXPECT_EQ(names_in(folder), (Names{"checkpoint-10", "checkpoint-100"}));
  checkpoints.remove_all();
  EXPECT_TRUE(names_in(folder).empty());
}

TEST(CheckpointFolder, TakesTheOneBeforeADamagedOneAndDropsThatLater) {
  const TemporaryFolder folder;
  {
    CheckpointFolder checkpoints(folder.path());
    save(checkpoints, 1);
    save(checkpoints, 5);
  }
  folder.write("checkpoint-5/tensors.safetensors", "torn");
  std::filesystem::create_directory(folder / "checkpoint-7.partial");
  std::filesystem::create_directory(folder / "checkpoint-5.replaced-by-reprtune");
  CheckpointFolder checkpoints(folder.path());
  const auto found = checkpoints.newest();
  ASSERT_TRUE(found.checkpoint);
  EXPECT_EQ(found.checkpoint->step, 1);
  EXPECT_NE(found.damaged.find("checkpoint-5"), std::string::npos);
  checkpoints.go_on_from(1);
  save(checkpoints, 3);
  EXPECT_EQ(names_in(folder), (Names{"checkpoint-1", "checkpoint-3"}));
}

TEST(CheckpointFolder, ANewRunDropsThoseOfAnEarlierOneWithItsFirst) {
  const TemporaryFolder folder;
  {
    CheckpointFolder earlier(folder.path());
    save(earlier, 40);
    save(earlier, 50);
  }
  CheckpointFolder checkpoints(folder.path());
  EXPECT_EQ(names_in(folder), (Names{"checkpoint-40", "checkpoint-50"}));
  save(checkpoints, 7);
  EXPECT_EQ(names_in(folder), (Names{"checkpoint-7"}));
}

TEST(CheckpointFolder, AFullDiskLeavesWhatWasThere) {
  const TemporaryFolder folder;
  CheckpointFolder checkpoints(folder.path());
  save(checkpoints, 1);
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);  // so that a file too large is an error, as it is on a full disk
  const rlimit small = {100, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = error_of(ErrorKind::runtime, [&] { checkpoints.save(at_step(2), {}); });
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_NE(message.find("tensors.safetensors: could not be written"), std::string::npos) << message;
  EXPECT_EQ(names_in(folder), (Names{"checkpoint-1"}));
}

TEST(CheckpointFolder, AFolderThatIsGoneIsNamed) {
  const TemporaryFolder folder;
  CheckpointFolder checkpoints(folder / "gone");
  EXPECT_NE(error_of(ErrorKind::runtime, [&] { checkpoints.save(at_step(2), {}); }).find("gone"),
            std::string::npos);
}

TEST(CheckpointFolder, IsDueAtTheEndOfTheFirstEpoch) {
  const TemporaryFolder folder;
  CheckpointFolder checkpoints(folder.path());
  EXPECT_TRUE(checkpoints.is_due(true, 10));
  EXPECT_FALSE(checkpoints.is_due(false, 10));
  EXPECT_FALSE(checkpoints.is_due(false, 0));
  EXPECT_TRUE(checkpoints.is_due(false, 1e-12));
}

}  // namespace
}  // namespace reprtune
