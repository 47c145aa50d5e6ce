#include <reprtune/infer/parallel.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>

namespace reprtune {

void parallel_for(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& work) {
  if (std::min(threads, count) <= 1) {
    const SingleOperatorThread single;
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next = 0;
  std::exception_ptr first_error;
  std::mutex error_mutex;
  const auto worker = [&] {
    at::set_num_threads(1);  // holds for this thread only
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(error_mutex);
      if (!first_error) first_error = std::current_exception();
    }
  };
  at::get_num_threads();  // fixes the caller's own number before a worker sets its own
  {
    std::vector<std::jthread> pool;
    for (std::size_t i = 0; i < std::min(threads, count); ++i) pool.emplace_back(worker);
  }
  if (first_error) std::rethrow_exception(first_error);
}

void set_operator_threads(std::size_t threads) { at::set_num_threads(static_cast<int>(threads)); }

SingleOperatorThread::SingleOperatorThread() : before_(static_cast<std::size_t>(at::get_num_threads())) {
  set_operator_threads(1);
}

SingleOperatorThread::~SingleOperatorThread() { set_operator_threads(before_); }

}  // namespace reprtune
