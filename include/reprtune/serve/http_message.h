#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace reprtune::serve {

/// A request as the services see it, whatever library carried it.
struct HttpRequest {
  enum class Body { complete, too_large, cut_off };

  std::string method;                             ///< "GET", "POST", ... as sent
  std::string path;                               ///< decoded, without the query
  std::map<std::string, std::string> query = {};  ///< decoded; of several of one name the first
  std::string authorization = {};  ///< the header of that name, empty when absent, and so the others
  std::string content_type = {};
  std::string origin = {};
  std::string host = {};
  std::string cookie = {};
  std::string fetch_site = {};         ///< Sec-Fetch-Site: whose page asks, as the browser sees it
  std::string fetch_destination = {};  ///< Sec-Fetch-Dest: what it asks for
  std::string body = {};               ///< empty unless complete
  Body arrival = Body::complete;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< beside those that describe the body
};

}  // namespace reprtune::serve
