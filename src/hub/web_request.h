#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// The beginning of an answer.
struct WebReply {
  long status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string redirect;                        ///< absolute address of a 3xx; else empty

  /// Empty where there is no such header.
  std::string header(const std::string& name) const;
};

struct WebRequest {
  std::string url;
  bool only_head = false;
  std::vector<std::string> headers;  ///< "Name: value"
  /// Given the body piece by piece; what it throws ends the request and leaves send().
  std::function<void(const WebReply&, std::string_view)> body;
};

/// No answer, or half of one. what() says why, in one line, without the address.
class WebFailure : public std::runtime_error {
 public:
  /// `unreached`: there was no connection; `passing`: the same may work in a moment.
  WebFailure(const std::string& what, bool is_unreached, bool is_passing, double wait_seconds = 0)
      : std::runtime_error(what), unreached(is_unreached), passing(is_passing), wait(wait_seconds) {}

  bool unreached, passing;
  double wait;  ///< seconds that the other side asks to wait; 0 where it does not
};

/// "https://host:443" of an address, in lower case: who is asked, as libcurl, which asks, understands it. A
/// token goes to one origin only. Throws WebFailure for an address that libcurl refuses, for one that is
/// neither of http nor of https, and for one with a name or password, Error(runtime) when there is no
/// libcurl.
std::string web_origin(const std::string& url);

/// Sends requests one after the other, over connections that stay open between them. Follows no redirect.
/// Proxies as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. The one file that knows libcurl, which is loaded when
/// the first client is made, so that commands without a network do not pay for it.
class WebClient {
 public:
  struct Options {
    double stall_seconds = 30;  ///< without a byte until a request has failed
    std::string certificates;   ///< file of the certificates that are trusted; empty: the system's
    std::string user_agent = "reprtune";
  };

  /// `tick` is called at least once a second while a request runs; what it throws ends the request.
  /// Throws Error(runtime) when there is no libcurl on this machine.
  WebClient(Options options, std::function<void()> tick);
  ~WebClient();
  WebClient(const WebClient&) = delete;
  WebClient& operator=(const WebClient&) = delete;

  /// Throws WebFailure. Only to what has a web_origin().
  WebReply send(const WebRequest& request);

 private:
  class Handle;
  Options options_;
  std::function<void()> tick_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace reprtune
