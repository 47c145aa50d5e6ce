#include <reprtune/train/checkpoint.h>

#include "../model/error_of.h"
#include "../model/temporary_folder.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

Checkpoint small_checkpoint() {
  Checkpoint checkpoint;
  checkpoint.epoch = 3;
  checkpoint.batch = 5;
  checkpoint.step = 25;
  checkpoint.sums.loss = 0.1 + 0.2;  // 17 digits
  checkpoint.summed_steps = 2;
  checkpoint.choice = {2, 1, 1.0 / 7};
  checkpoint.baselines.probe_accuracy = 1.0 / 3;
  checkpoint.optimizer_steps = {25, 0};
  checkpoint.tensors = {{"weights.a", at::randn({3, 4})}, {"first.a", at::full({2}, 1e-42F)}};
  return checkpoint;
}

TEST(Checkpoint, ComesBackToTheBit) {
  const TemporaryFolder folder;
  const Checkpoint written = small_checkpoint();
  write_checkpoint(folder / "c", written, {{"run.json", "{}"}});
  const Checkpoint read = read_checkpoint(folder / "c");
  EXPECT_EQ(read.epoch, 3);
  EXPECT_EQ(read.batch, 5);
  EXPECT_EQ(read.step, 25);
  EXPECT_EQ(read.sums.loss, written.sums.loss);
  EXPECT_EQ(read.summed_steps, 2);
  EXPECT_EQ(read.choice.chosen, 2);
  EXPECT_EQ(read.choice.highest, 1);
  EXPECT_EQ(read.choice.highest_f1, 1.0 / 7);
  EXPECT_EQ(read.baselines.probe_accuracy, 1.0 / 3);
  EXPECT_EQ(read.optimizer_steps, written.optimizer_steps);
  ASSERT_EQ(read.tensors.size(), 2u);
  for (const auto& [name, tensor] : written.tensors)
    EXPECT_TRUE(at::equal(read.tensor(name, tensor.sizes()), tensor)) << name;
  EXPECT_FALSE(read.has_tensor("best.a"));
  error_of(ErrorKind::model, [&] { read.tensor("weights.a", {4, 3}); });
  error_of(ErrorKind::model, [&] { read.tensor("weights.b", {3, 4}); });
}

TEST(Checkpoint, AnyDamageIsSeen) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "c", small_checkpoint(), {{"run.json", "{\"seconds\": 1}"}});
  for (const std::string name : {"c/checkpoint.json", "c/tensors.safetensors", "c/run.json"}) {
    const std::string good = file_bytes(folder / name);
    const auto refused = [&](const std::string& bytes) {
      folder.write(name, bytes);
      EXPECT_NE(error_of(ErrorKind::model, [&] { read_checkpoint(folder / "c"); }).find(name),
                std::string::npos);
    };
    refused("");
    refused(good.substr(0, good.size() / 2));
    refused(std::string(good.size(), '\0'));
    std::string flipped = good;
    flipped[good.size() - 4] ^= 1;
    refused(flipped);
    std::filesystem::remove(folder / name);
    error_of(ErrorKind::model, [&] { read_checkpoint(folder / "c"); });
    folder.write(name, good);
  }
  EXPECT_NO_THROW(read_checkpoint(folder / "c"));
}

TEST(Checkpoint, APlaceThatCannotBeWrittenIsNamed) {
  const TemporaryFolder folder;
  folder.write("file", "x");
  EXPECT_NE(error_of(ErrorKind::runtime, [&] { write_checkpoint(folder / "file/c", small_checkpoint(), {}); })
                .find("file/c: could not be written"),
            std::string::npos);
}

}  // namespace
}  // namespace reprtune
