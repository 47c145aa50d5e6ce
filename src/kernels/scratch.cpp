#include "scratch.h"

#include <cstdlib>
#include <memory>
#include <new>

namespace reprtune::kernels {
namespace {

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

constexpr std::size_t kAlignment = 64;

}  // namespace

float* scratch(std::size_t count) {
  thread_local std::unique_ptr<float, Free> memory;
  thread_local std::size_t size = 0;  // bytes
  const std::size_t bytes = (count * sizeof(float) + kAlignment - 1) / kAlignment * kAlignment;
  if (bytes > size) {
    size = 0;
    memory.reset(static_cast<float*>(std::aligned_alloc(kAlignment, bytes)));
    if (!memory) throw std::bad_alloc();
    size = bytes;
  }
  return memory.get();
}

}  // namespace reprtune::kernels
