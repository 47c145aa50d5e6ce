#include <reprtune/infer/parallel.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(ParallelFor, EachNumberOnceForAnyNumberOfThreads) {
  for (const std::size_t threads : {0, 1, 3, 50}) {
    for (const std::size_t count : {0, 1, 2, 1000}) {
      std::vector<std::atomic<int>> calls(count);
      parallel_for(threads, count, [&](std::size_t i) { ++calls[i]; });
      for (const auto& called : calls) EXPECT_EQ(called, 1) << threads << " threads, " << count;
    }
  }
}

TEST(ParallelFor, WhatIsThrownArrivesAndEndsTheWork) {
  std::atomic<std::size_t> calls = 0;
  try {
    parallel_for(2, 1'000'000, [&](std::size_t i) {
      ++calls;
      throw std::runtime_error("number " + std::to_string(i));
    });
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()).rfind("number ", 0), 0U);
  }
  EXPECT_LE(calls, 2U);
}

TEST(ParallelFor, OperatorsAreSingleThreadedWithinAndAsBeforeAfterwards) {
  set_operator_threads(2);
  std::atomic<int> most = 0;
  parallel_for(2, 8, [&](std::size_t) {
    if (at::get_num_threads() > most) most = at::get_num_threads();
  });
  EXPECT_EQ(most, 1);
  parallel_for(1, 3, [&](std::size_t) { EXPECT_EQ(at::get_num_threads(), 1); });
  EXPECT_EQ(at::get_num_threads(), 2);
  set_operator_threads(1);
  EXPECT_EQ(at::get_num_threads(), 1);
}

}  // namespace
}  // namespace reprtune
