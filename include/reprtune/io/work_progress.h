#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace reprtune {

/// How far a long piece of work has come.
struct WorkProgress {
  std::string_view work;    ///< "reading train.csv": the same for as long as it lasts
  std::uint64_t done = 0;   ///< from 0
  std::uint64_t total = 0;  ///< 0 where nobody knows
  std::string_view unit;    ///< of both, as one of them is called: "row"
};

/// Told often, from one thread at a time, which may be any.
using ProgressListener = std::function<void(const WorkProgress&)>;

}  // namespace reprtune
