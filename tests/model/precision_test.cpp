#include <reprtune/kernels/target.h>
#include <reprtune/model/precision.h>

#include "error_of.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

const at::Device kCpu = at::kCPU, kGpu(at::kCUDA, 0);

TEST(Precision, WithoutABfloat16UnitIntegersOf16BitsAreForVnniAndAvx2Alone) {
  if (has_fast_bfloat16()) {
    EXPECT_EQ(resolve_precision(Precision::automatic, kCpu), Precision::bfloat16);
    return;
  }
  const std::vector<std::string> targets = kernels::supported_targets();
  for (const std::string& target : targets) {
    kernels::choose_target(target);
    EXPECT_EQ(resolve_precision(Precision::automatic, kCpu),
              target == "AVX3_VNNI" || target == "AVX2" ? Precision::int16 : Precision::float32)
        << target;
  }
  kernels::choose_target(targets.front());
}

TEST(Precision, WhatIsAskedForStays) {
  for (const Precision precision :
       {Precision::float32, Precision::bfloat16, Precision::int16, Precision::int8})
    EXPECT_EQ(resolve_precision(precision, kCpu), precision) << precision_name(precision);
  EXPECT_EQ(resolve_precision(Precision::automatic, kGpu), Precision::bfloat16);
}

TEST(Precision, IntegersAreForTheCpu) {
  for (const Precision precision : {Precision::int16, Precision::int8}) {
    EXPECT_EQ(
        error_of(ErrorKind::usage, [&] { resolve_precision(precision, kGpu); }),
        "precision " + precision_name(precision) + ": only on the CPU, not on cuda:0; leave out --precision");
  }
}

}  // namespace
}  // namespace reprtune
