#include <reprtune/train/time_budget.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace reprtune {

TimeBudget::TimeBudget(TimeLimit limit, std::function<double()> seconds)
    : limit_(limit), seconds_(std::move(seconds)) {}

void TimeBudget::begin_training(double began, double closing) {
  began_ = began;
  closing_ = closing;
}

double TimeBudget::gone() const {
  if (limit_.seconds == 0) return 0;
  const double whole = limit_.seconds - closing_ - began_;
  return whole <= 0 ? 1 : std::clamp((seconds_() - began_) / whole, 0.0, 1.0);
}

std::function<double()> seconds_from_now() {
  return [start = std::chrono::steady_clock::now()] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
}

}  // namespace reprtune
