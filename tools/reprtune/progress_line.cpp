#include "progress_line.h"

#include <reprtune/data/display_text.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

namespace reprtune::cli {
namespace {

std::atomic<bool> drawn = false;

std::size_t terminal_width() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void put(const std::string& text) {
  // Progress is decoration: a terminal that is gone is no reason to stop.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

void draw_progress_line(const std::string& text) {
  put("\r" + display_text(text, terminal_width() - 1) + "\x1b[K");
  drawn = true;
}

void draw_progress_line(double done, double total, const std::string& text) {
  constexpr std::size_t kBar = 24;
  const double share = total > 0 ? std::clamp(done / total, 0.0, 1.0) : 0;
  const auto full = static_cast<std::size_t>(std::lround(share * kBar));
  std::string line;
  for (std::size_t i = 0; i < kBar; ++i) line += i < full ? "━" : "·";
  char percent[8];
  std::snprintf(percent, sizeof percent, " %3.0f%% ", share * 100);
  line += percent + text;
  draw_progress_line(line);
}

void clear_progress_line() {
  if (drawn.exchange(false)) put("\r\x1b[K");
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
