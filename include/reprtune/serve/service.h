#pragma once

#include <reprtune/serve/api_error.h>
#include <reprtune/serve/backend.h>
#include <reprtune/serve/http_message.h>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace reprtune::serve {

struct ServiceOptions {
  std::string api_key;      ///< empty: none is asked for
  std::string cors_origin;  ///< the one origin whose pages may read answers, or "*"; empty: none
  std::vector<std::string> host_names = {};  ///< that a Host header may have (names_host); empty: any
};

/// What the service tells whoever keeps a log; called from several threads.
struct ServiceObserver {
  std::function<void(const HttpRequest&, const HttpResponse&, std::chrono::duration<double>)> answered;
  std::function<void(const std::exception&)> failed;  ///< a fault of ours, which the client is not told
};

/// All of the HTTP interface but the wire: finds the route of a request, checks its key and its form, and
/// turns every error into the form of its API.
class Service {
 public:
  /// `backend` and `metrics`, those of the backend, must outlive the service.
  Service(const Backend& backend, PrometheusMetrics& metrics, ServiceOptions options,
          ServiceObserver observer = {});

  /// Several threads may call it.
  HttpResponse handle(const HttpRequest& request) const;

  /// Method and path of everything that is served.
  static std::vector<std::pair<std::string, std::string>> routes();

 private:
  struct Route;
  static const std::vector<Route>& table();

  HttpResponse respond(const HttpRequest& request, const Route* route) const;
  HttpResponse answer(const HttpRequest& request, const Route& route) const;
  bool is_meant(const HttpRequest& request) const;
  static HttpResponse unknown_path(const HttpRequest& request);
  static HttpResponse wrong_method(const HttpRequest& request, const Route& route);
  HttpResponse preflight() const;
  void allow_origin(const HttpRequest& request, HttpResponse& response) const;

  const Backend& backend_;
  PrometheusMetrics& metrics_;
  ServiceOptions options_;
  ServiceObserver observer_;
};

}  // namespace reprtune::serve
