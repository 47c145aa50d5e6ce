#pragma once

#include <string>
#include <string_view>

namespace reprtune {

/// The options by which a line is read as the header or the object that it seems to be, as "--input-format
/// csv" for "id,text,label", or what it is and how rows come of it; empty for a text like any other.
std::string input_options_for(std::string_view line);

}  // namespace reprtune
