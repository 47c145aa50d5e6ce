#pragma once

#include <string>
#include <string_view>

namespace reprtune {

/// Appends a field as RFC 4180 has it: in quotes, doubled inside, where it holds a comma, a quote or a line
/// break, or white space at its ends.
void append_csv_field(std::string_view field, std::string& out);

}  // namespace reprtune
