#include <reprtune/io/ascii_case.h>
#include <reprtune/serve/api_key.h>

#include <cstddef>

namespace reprtune::serve {

bool equal_in_constant_time(std::string_view found, std::string_view expected) {
  if (expected.empty()) return found.empty();
  // volatile: the loop must not end at the first difference.
  volatile unsigned char difference = found.size() == expected.size() ? 0 : 1;
  for (std::size_t i = 0; i < found.size(); ++i) {
    difference = static_cast<unsigned char>(
        difference | static_cast<unsigned char>(found[i] ^ expected[i % expected.size()]));
  }
  return difference == 0;
}

bool carries_key(std::string_view authorization, std::string_view key) {
  constexpr std::string_view kScheme = "bearer ";  // in any case: RFC 9110, section 11.1
  if (ascii_lower_case(authorization.substr(0, kScheme.size())) != kScheme) return false;
  return equal_in_constant_time(authorization.substr(kScheme.size()), key);
}

}  // namespace reprtune::serve
