#include <reprtune/io/unix_time.h>

#include <chrono>

namespace reprtune {

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace reprtune
