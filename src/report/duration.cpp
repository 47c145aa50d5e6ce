#include <reprtune/report/duration.h>

#include <algorithm>
#include <cmath>

namespace reprtune {

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::size_t>(std::llround(std::clamp(seconds, 0.0, 1e12)));
  if (whole < 60) return std::to_string(whole) + " s";
  const std::string minutes = std::to_string(whole / 60 % 60) + " min";
  if (whole < 3600) return minutes + " " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + minutes;
}

}  // namespace reprtune
