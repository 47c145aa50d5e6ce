#include "work_display.h"

#include "log.h"
#include "messages.h"
#include "progress_line.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <mutex>

namespace reprtune::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kUnshown{500};  // work that is over by then is not shown
constexpr milliseconds kRedrawn{100};
constexpr milliseconds kFirstMessage{10'000}, kNextMessage{30'000};

/// The work under way.
struct Work {
  std::string name;
  Clock::time_point begun, shown;
  std::uint64_t first = 0;  ///< what was done when it was first heard of
  bool was_shown = false;
};

struct Display {
  std::mutex mutex;
  Work work;
};

Display& display() {
  static Display instance;
  return instance;
}

/// "1,234 rows/s", "12.3 MB/s".
std::string rate_text(double rate, std::string_view unit) {
  if (unit != "byte") return count_text(static_cast<std::uint64_t>(std::llround(rate)), unit) + "/s";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB/s", rate / 1e6);
  return text;
}

/// Behind the name of the work: how fast it goes, and how long it will take or how far it is.
std::string pace_text(const WorkProgress& progress, const Work& work, Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - work.begun).count();
  const double rate = static_cast<double>(progress.done - work.first) / seconds;
  std::string text = work.name + "  ";
  if (progress.total == 0) text += count_text(progress.done, progress.unit) + "  ";
  text += rate_text(rate, progress.unit);
  if (progress.total > 0 && rate > 0)
    text += "  " + clock_text(static_cast<double>(progress.total - progress.done) / rate) + " left";
  return text;
}

bool is_due(const Work& work, Clock::time_point now) {
  const bool draws = can_draw_progress();
  if (!work.was_shown) return now - work.begun >= (draws ? kUnshown : kFirstMessage);
  return now - work.shown >= (draws ? kRedrawn : kNextMessage);
}

void show(const WorkProgress& progress, const std::string& text) {
  const auto done = static_cast<double>(progress.done), total = static_cast<double>(progress.total);
  if (can_draw_progress()) {
    progress.total > 0 ? draw_progress_line(done, total, text) : draw_progress_line(text);
    return;
  }
  char percent[8] = "";
  if (progress.total > 0) std::snprintf(percent, sizeof percent, "%.0f %%  ", 100 * done / total);
  log_info(percent + text);
}

}  // namespace

void show_work(const WorkProgress& progress) {
  const auto now = Clock::now();
  const std::lock_guard lock(display().mutex);
  Work& work = display().work;
  const bool ended = progress.total > 0 && progress.done >= progress.total;
  if (work.name != progress.work || progress.done < work.first) {
    if (work.was_shown) clear_progress_line();
    work = {std::string(progress.work), now, now, progress.done, false};
  }
  if (ended) {
    if (work.was_shown) clear_progress_line();
    work = {};
  } else if (is_due(work, now)) {
    show(progress, pace_text(progress, work, now));
    work.shown = now;
    work.was_shown = true;
  }
}

}  // namespace reprtune::cli
