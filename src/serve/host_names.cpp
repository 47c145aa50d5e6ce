#include <reprtune/io/ascii_case.h>
#include <reprtune/serve/host_names.h>

#include <algorithm>

namespace reprtune::serve {
namespace {

/// "[::1]:8080" -> "[::1]", "LOCALHOST.:80" -> "localhost".
std::string host_of(std::string_view header) {
  const std::size_t end = header.starts_with('[') ? header.find(']') : header.find(':');
  std::string host =
      ascii_lower_case(header.substr(0, header.starts_with('[') && end != header.npos ? end + 1 : end));
  if (host.ends_with('.')) host.pop_back();
  return host;
}

/// An address of IPv6 stands in brackets where a port may follow it.
std::string in_header(const std::string& name) {
  return name.find(':') == name.npos || name.starts_with('[') ? ascii_lower_case(name)
                                                              : "[" + ascii_lower_case(name) + "]";
}

}  // namespace

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

std::vector<std::string> loopback_names(const std::string& address) {
  return {"localhost", "127.0.0.1", "[::1]", address};
}

bool names_host(std::string_view header, const std::vector<std::string>& names) {
  const std::string host = host_of(header);
  return std::ranges::any_of(names,
                             [&](const std::string& name) { return host_of(in_header(name)) == host; });
}

}  // namespace reprtune::serve
