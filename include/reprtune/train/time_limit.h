#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reprtune {

/// The most time that a run may take.
struct TimeLimit {
  double seconds = 0;  ///< 0: as long as it needs
};

/// "90s", "10m", "1h30m", "1d", "1.5h", or "none": numbers with the units d, h, m and s, each at most once
/// and in this order. Absent for anything else, and for no time at all.
std::optional<TimeLimit> parse_time_limit(std::string_view text);

/// In the same form: "1h30m".
std::string time_limit_text(TimeLimit limit);

}  // namespace reprtune
