#include "progress_line.h"

#include <reprtune/data/display_text.h>

#include "terminal_block.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <mutex>

#include <unistd.h>

namespace reprtune::cli {
namespace {

/// The line, which any thread may draw or wipe.
struct ProgressLine {
  std::mutex mutex;
  TerminalBlock block{STDERR_FILENO};
};

ProgressLine& progress_line() {
  static ProgressLine instance;
  return instance;
}

}  // namespace

void draw_progress_line(const std::string& text) {
  const std::lock_guard lock(progress_line().mutex);
  progress_line().block.draw(text);
}

void draw_progress_line(double done, double total, const std::string& text) {
  // What is behind the bar matters more than its length.
  constexpr std::size_t kShortest = 8, kLongest = 24, kPercent = 6;
  const std::size_t taken = kPercent + display_width(text) + 1,
                    columns = terminal_size(STDERR_FILENO).columns;
  const std::size_t length = std::clamp(columns > taken ? columns - taken : 0, kShortest, kLongest);
  const double share = total > 0 ? std::clamp(done / total, 0.0, 1.0) : 0;
  const auto full = static_cast<std::size_t>(std::lround(share * static_cast<double>(length)));
  std::string line;
  for (std::size_t i = 0; i < length; ++i) line += i < full ? "━" : "·";
  char percent[8];
  std::snprintf(percent, sizeof percent, " %3.0f%% ", share * 100);
  line += percent + text;
  draw_progress_line(line);
}

void clear_progress_line() {
  const std::lock_guard lock(progress_line().mutex);
  progress_line().block.clear();
}

std::string clock_text(double seconds) {
  const auto total = static_cast<long>(std::lround(std::max(0.0, seconds)));
  char text[32];
  if (total >= 3600) {
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", total / 3600, total / 60 % 60, total % 60);
  } else {
    std::snprintf(text, sizeof text, "%ld:%02ld", total / 60, total % 60);
  }
  return text;
}

}  // namespace reprtune::cli
