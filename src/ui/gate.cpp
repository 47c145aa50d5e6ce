#include <reprtune/serve/api_error.h>
#include <reprtune/serve/api_key.h>
#include <reprtune/ui/gate.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string_view>
#include <utility>

namespace reprtune::ui {
namespace {

/// The value of a cookie in the header "a=1; b=2"; empty when it is not there.
std::string_view cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::string_view pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(header.size(), pair.size() + 1));
    const std::size_t start = pair.find_first_not_of(' ');
    if (start == std::string_view::npos) continue;
    const std::string_view cookie = pair.substr(start);
    if (cookie.starts_with(name) && cookie.substr(name.size()).starts_with("="))
      return cookie.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

Gate::Gate(int port, std::string token) : port_(port), token_(std::move(token)) {}

std::string Gate::random_token() {
  std::random_device random;  // the system's own, fit for secrets
  std::string token;
  for (int word = 0; word < 8; ++word) {
    for (std::uint32_t bits = random(), digit = 0; digit < 8; ++digit, bits >>= 4)
      token += "0123456789abcdef"[bits & 15];
  }
  return token;
}

void Gate::require(const serve::HttpRequest& request) const {
  using enum serve::ErrorCause;
  if (!is_for_this_host(request) || !is_from_our_page(request))
    throw serve::ApiError(no_key, "pages of other sites have no access here");
  if (!serve::equal_in_constant_time(cookie_value(request.cookie, cookie_name()), token_) &&
      !serve::carries_key(request.authorization, token_))
    throw serve::ApiError(no_key, "open the address with the token that 'reprtune ui' has printed");
}

bool Gate::opens(const serve::HttpRequest& request) const {
  const auto token = request.query.find("token");
  return request.method == "GET" && is_for_this_host(request) && is_from_our_page(request) &&
         token != request.query.end() && serve::equal_in_constant_time(token->second, token_);
}

bool Gate::is_for_this_host(const serve::HttpRequest& request) const {
  const std::string port = ":" + std::to_string(port_);
  return request.host == "127.0.0.1" + port || request.host == "localhost" + port;
}

/// Browsers name the page's origin with all that is not a plain GET. Of a GET they say whether another site
/// asks for it (Fetch Metadata, w3.org/TR/fetch-metadata); for a whole page that is one who follows a link.
bool Gate::is_from_our_page(const serve::HttpRequest& request) const {
  const bool is_foreign = request.fetch_site == "cross-site" || request.fetch_site == "same-site";
  return (request.origin.empty() || request.origin == "http://" + request.host) &&
         (!is_foreign || request.fetch_destination == "document");
}

/// Cookies know no ports: each server on this machine has its own name for it.
std::string Gate::cookie_name() const { return "reprtune-" + std::to_string(port_); }

std::string Gate::cookie() const {
  return cookie_name() + "=" + token_ + "; Path=/; HttpOnly; SameSite=Strict";
}

std::string Gate::address() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/ui/?token=" + token_;
}

}  // namespace reprtune::ui
