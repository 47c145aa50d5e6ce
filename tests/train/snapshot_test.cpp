#include <reprtune/train/snapshot.h>

#include "../model/error_of.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(Snapshot, PutsBackWhatItTook) {
  const at::Tensor weight = at::arange(6).to(at::kFloat).view({2, 3});
  Snapshot snapshot({{"w", weight}});
  snapshot.take();
  Checkpoint checkpoint;
  snapshot.save(checkpoint, "best.");
  weight.fill_(7);
  snapshot.put_back();
  EXPECT_EQ(weight[1][2].item<float>(), 5);

  const at::Tensor other = at::zeros({2, 3});
  Snapshot restored({{"w", other}});
  restored.restore(checkpoint, "best.");
  restored.put_back();
  EXPECT_TRUE(at::equal(other, weight));
  error_of(ErrorKind::model, [&] { restored.restore(checkpoint, "last."); });
}

}  // namespace
}  // namespace reprtune
