#pragma once

#include <reprtune/kernels/target.h>

#include <string>

#include <gtest/gtest.h>

namespace reprtune::kernels {

/// A test that runs once for each target of this processor.
class EachTarget : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { choose_target(GetParam()); }
  void TearDown() override { choose_target(supported_targets().front()); }
};

inline std::string target_name(const testing::TestParamInfo<std::string>& info) { return info.param; }

}  // namespace reprtune::kernels
