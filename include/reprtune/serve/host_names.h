#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reprtune::serve {

/// Whether a server at this address is reached from its own machine alone: localhost, 127.x.y.z, ::1.
bool is_loopback(std::string_view address);

/// The names that such a server is called by: localhost, 127.0.0.1, [::1], and the address itself.
std::vector<std::string> loopback_names(const std::string& address);

/// Whether a Host header is one of these names, with any port and in any case (RFC 9110, section 7.2). A page
/// of another site whose name was made to lead to this machine ("DNS rebinding") cannot send another one than
/// its own.
bool names_host(std::string_view header, const std::vector<std::string>& names);

}  // namespace reprtune::serve
