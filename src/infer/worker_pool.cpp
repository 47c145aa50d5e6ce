#include <reprtune/infer/parallel.h>
#include <reprtune/infer/worker_pool.h>

#include <algorithm>
#include <utility>

#include <ATen/Parallel.h>

namespace reprtune {

WorkerPool::WorkerPool(std::size_t threads) {
  at::get_num_threads();  // fixes the caller's own number before a worker sets its own
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i)
    threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    tasks_.clear();
  }
  changed_.notify_all();
  threads_.clear();
}

void WorkerPool::add(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_) return;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void WorkerPool::work() {
  set_operator_threads(1);  // holds for this thread only
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    if (ending_) return;
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace reprtune
