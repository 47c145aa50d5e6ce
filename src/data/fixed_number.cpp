#include <reprtune/data/fixed_number.h>

#include <array>
#include <cassert>
#include <charconv>
#include <limits>
#include <system_error>

namespace reprtune {
namespace {

constexpr int kMostDecimals = 20;
// A sign, the digits before the point of the largest number, the point.
constexpr std::size_t kMostCharacters = std::numeric_limits<double>::max_exponent10 + 3 + kMostDecimals;

}  // namespace

std::string fixed_number(double number, int decimals) {
  assert(decimals >= 0 && decimals <= kMostDecimals);
  std::array<char, kMostCharacters> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, decimals);
  assert(end.ec == std::errc());
  return {text.data(), end.ptr};
}

}  // namespace reprtune
