#include <reprtune/train/time_limit.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <span>
#include <system_error>

namespace reprtune {
namespace {

struct Unit {
  char letter;
  double seconds;
};
constexpr Unit kUnits[] = {{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}};
constexpr double kLongest = 1e8;  // three years

}  // namespace

std::optional<TimeLimit> parse_time_limit(std::string_view text) {
  if (text == "none") return TimeLimit{};
  double seconds = 0;
  std::span<const Unit> units = kUnits;
  while (!text.empty()) {
    double number = 0;
    const auto [end, code] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (code != std::errc() || !(number >= 0) || text.empty()) return std::nullopt;
    while (!units.empty() && units.front().letter != text.front()) units = units.subspan(1);
    if (units.empty()) return std::nullopt;
    seconds += number * units.front().seconds;
    units = units.subspan(1);
    text.remove_prefix(1);
  }
  return seconds > 0 && seconds <= kLongest ? std::optional(TimeLimit{seconds}) : std::nullopt;
}

std::string time_limit_text(TimeLimit limit) {
  if (limit.seconds == 0) return "none";
  std::string text;
  double rest = limit.seconds;
  for (const auto& [letter, seconds] : kUnits) {
    const double count = letter == 's' ? rest : std::floor(rest / seconds);
    if (count == 0) continue;
    char number[32];
    std::snprintf(number, sizeof number, "%.10g%c", count, letter);
    text += number;
    rest -= count * seconds;
  }
  return text;
}

}  // namespace reprtune
