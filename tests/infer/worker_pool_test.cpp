#include <reprtune/infer/worker_pool.h>

#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(WorkerPool, OneThreadRunsTasksInTheirOrderAndNoThreadsAreOne) {
  for (const std::size_t threads : {std::size_t{0}, std::size_t{1}}) {
    std::vector<int> order;
    std::promise<void> last;
    WorkerPool pool(threads);
    for (int i = 0; i < 100; ++i) pool.add([&order, i] { order.push_back(i); });
    pool.add([&last] { last.set_value(); });
    last.get_future().wait();
    std::vector<int> expected(100);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(order, expected);
  }
}

TEST(WorkerPool, TasksRunSideBySideAndMayAddOthers) {
  std::promise<void> first, second, added;
  WorkerPool pool(2);
  // Each waits for the other: one thread alone would never end.
  pool.add([&] {
    first.set_value();
    second.get_future().wait();
    pool.add([&added] { added.set_value(); });
  });
  pool.add([&] {
    first.get_future().wait();
    second.set_value();
  });
  added.get_future().wait();
}

TEST(WorkerPool, AtItsEndItDropsWhatHasNotBegunAndWaitsForTheRest) {
  std::atomic<bool> ended = false;
  std::atomic<int> run = 0;
  std::promise<void> begun;
  {
    auto held = std::make_shared<int>();  // by the tasks that wait
    const std::weak_ptr<int> waiting = held;
    WorkerPool pool(1);
    pool.add([&begun, &ended, waiting] {
      begun.set_value();
      while (!waiting.expired()) std::this_thread::yield();  // until the pool has dropped them
      ended = true;
    });
    for (int i = 0; i < 10; ++i) pool.add([&run, held] { ++run; });
    held.reset();
    begun.get_future().wait();
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(run, 0);
}

}  // namespace
}  // namespace reprtune
