#pragma once

#include <cstddef>
#include <functional>

namespace reprtune {

/// Calls work(0), ..., work(count - 1), each once, from `threads` threads that take the next number when they
/// are free; within them, tensor operators run single-threaded. Where one thread is enough it is the caller's
/// own. Rethrows the first exception after all threads have stopped.
void parallel_for(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& work);

/// Threads that one tensor operator called from this thread may use, at least 1.
void set_operator_threads(std::size_t threads);

/// As long as it lives, tensor operators called from this thread run single-threaded.
class SingleOperatorThread {
 public:
  SingleOperatorThread();
  ~SingleOperatorThread();
  SingleOperatorThread(const SingleOperatorThread&) = delete;
  SingleOperatorThread& operator=(const SingleOperatorThread&) = delete;

 private:
  std::size_t before_;
};

}  // namespace reprtune
