#include <reprtune/serve/request_queue.h>

#include "refused.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

using Ids = std::vector<RequestQueue::TokenIds>;
using std::chrono::steady_clock;

// The queue knows a model by its address alone.
const auto& kFirst = *reinterpret_cast<const ServedModel*>("a");
const auto& kSecond = *reinterpret_cast<const ServedModel*>("b");

RequestQueue::Deadline in(std::chrono::milliseconds time) { return steady_clock::now() + time; }
const auto kLong = std::chrono::seconds(60);

/// Rows of two elements: the first token and the number of tokens.
std::vector<float> first_and_length(const ServedModel&, std::span<const RequestQueue::TokenIds> ids) {
  std::vector<float> vectors;
  for (const auto& row : ids) {
    vectors.push_back(static_cast<float>(row.front()));
    vectors.push_back(static_cast<float>(row.size()));
  }
  return vectors;
}

/// Computes nothing before it is opened, and remembers the batches it was given.
class Gate {
 public:
  std::vector<float> operator()(const ServedModel& model, std::span<const RequestQueue::TokenIds> ids) {
    {
      std::unique_lock lock(mutex_);
      batches_.emplace_back();
      for (const auto& row : ids) batches_.back().push_back(row.front());
      changed_.notify_all();
      changed_.wait(lock, [this] { return open_; });
    }
    return first_and_length(model, ids);
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_for_batch() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !batches_.empty(); });
  }
  std::vector<std::vector<std::int32_t>> batches() {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  std::vector<std::vector<std::int32_t>> batches_;
};

RequestQueue::Compute through(Gate& gate) {
  return [&gate](const ServedModel& model, std::span<const RequestQueue::TokenIds> ids) {
    return gate(model, ids);
  };
}

std::future<std::vector<float>> ask(RequestQueue& queue, const ServedModel& model, Ids ids) {
  const std::size_t before = queue.waiting();
  const std::size_t texts = ids.size();
  auto future = std::async(std::launch::async, [&queue, &model, ids = std::move(ids)]() mutable {
    return queue.embed(model, std::move(ids), in(kLong));
  });
  while (queue.waiting() < before + texts) std::this_thread::yield();
  return future;
}

/// A request that keeps the only worker busy until the gate opens.
std::future<std::vector<float>> occupy(RequestQueue& queue, Gate& gate) {
  auto future = std::async(std::launch::async, [&queue] { return queue.embed(kFirst, {{0}}, in(kLong)); });
  gate.wait_for_batch();
  return future;
}

TEST(RequestQueue, GivesEachRequestItsVectorsInOrder) {
  RequestQueue queue({.batch_tokens = 4, .workers = 2}, first_and_length);
  EXPECT_EQ(queue.embed(kFirst, {{5}, {6, 6}, {7, 7, 7, 7, 7}}, in(kLong)),
            (std::vector<float>{5, 1, 6, 2, 7, 5}));
  EXPECT_EQ(queue.embed(kFirst, {}, in(kLong)), std::vector<float>());
  std::vector<std::jthread> clients;
  std::atomic<int> wrong = 0;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < 200; ++i) {
        const std::vector<float> expected = {static_cast<float>(client), 1, static_cast<float>(i), 3};
        if (queue.embed(client % 2 == 0 ? kFirst : kSecond, {{client}, {i, i, i}}, in(kLong)) != expected)
          ++wrong;
      }
    });
  }
  clients.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST(RequestQueue, TakesTextsOfAllRequestsInTurnUpToItsBudget) {
  Gate gate;
  RequestQueue queue({.batch_tokens = 4}, through(gate));
  auto busy = occupy(queue, gate);
  auto long_one = ask(queue, kFirst, {{10}, {11}, {12}, {13}, {14}});
  auto other_model = ask(queue, kSecond, {{30}});
  auto short_one = ask(queue, kFirst, {{20}});
  EXPECT_EQ(queue.waiting(), 7U);
  gate.open();
  EXPECT_EQ(short_one.get(), (std::vector<float>{20, 1}));
  EXPECT_EQ(long_one.get().size(), 10U);
  EXPECT_EQ(other_model.get(), (std::vector<float>{30, 1}));
  busy.get();
  EXPECT_EQ(gate.batches(), (std::vector<std::vector<std::int32_t>>{{0}, {10, 20, 11, 12}, {30}, {13, 14}}));
}

TEST(RequestQueue, ComputesATextAboveTheBudgetByItself) {
  Gate gate;
  RequestQueue queue({.batch_tokens = 2}, through(gate));
  gate.open();
  queue.embed(kFirst, {{1, 1, 1}, {2}, {3}, {4}}, in(kLong));
  EXPECT_EQ(gate.batches(), (std::vector<std::vector<std::int32_t>>{{1}, {2, 3}, {4}}));
}

TEST(RequestQueue, RefusesWhatWouldMakeTooManyWait) {
  Gate gate;
  RequestQueue queue({.waiting_texts = 2}, through(gate));
  auto busy = occupy(queue, gate);
  auto waiting = ask(queue, kFirst, {{1}});
  EXPECT_EQ(refusal([&] {
              queue.embed(kFirst, {{2}, {3}}, in(kLong));
            }),
            "the queue is full: 1 of at most 2 texts are waiting, try again");
  auto fits = ask(queue, kFirst, {{4}});
  gate.open();
  EXPECT_EQ(fits.get(), (std::vector<float>{4, 1}));
}

TEST(RequestQueue, GivesUpAtTheDeadlineAndForgetsTheRequest) {
  Gate gate;
  RequestQueue queue({}, through(gate));
  auto busy = occupy(queue, gate);
  EXPECT_EQ(
      refusal([&] {
        queue.embed(kFirst, {{1}, {2}}, in(std::chrono::milliseconds(20)));
      }),
      "the answer was not ready in time, 0 of its 2 texts were: send fewer at once, or try again when the "
      "server is less busy");
  EXPECT_EQ(queue.waiting(), 0U);
  gate.open();
  EXPECT_EQ(busy.get(), (std::vector<float>{0, 1}));
  EXPECT_EQ(gate.batches().size(), 1U);
}

TEST(RequestQueue, PassesOnWhatTheComputationThrows) {
  RequestQueue queue({.batch_tokens = 1},
                     [](const ServedModel&, std::span<const RequestQueue::TokenIds> ids) {
                       if (ids.front().front() == 2) throw std::runtime_error("two");
                       return std::vector<float>(ids.size());
                     });
  EXPECT_THROW(queue.embed(kFirst, {{1}, {2}, {3}}, in(kLong)), std::runtime_error);
  EXPECT_EQ(queue.embed(kFirst, {{1}}, in(kLong)).size(), 1U);
  EXPECT_EQ(queue.waiting(), 0U);
}

}  // namespace
}  // namespace reprtune::serve
