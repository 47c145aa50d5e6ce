#pragma once

#include <string>
#include <string_view>

namespace reprtune {

/// A to Z in lower case, all other bytes as they are, in every locale: for names, not for texts.
std::string ascii_lower_case(std::string_view text);

}  // namespace reprtune
