#pragma once

#include <string>
#include <string_view>

namespace reprtune::serve {

/// Whether an Authorization header carries the key as `Bearer KEY`. Takes the same time for every header of
/// one length, so that a key cannot be guessed byte by byte.
bool carries_key(std::string_view authorization, std::string_view key);

/// Whether two texts are equal, in a time that depends on the length of `found` alone.
bool equal_in_constant_time(std::string_view found, std::string_view expected);

}  // namespace reprtune::serve
