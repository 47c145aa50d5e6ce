#include <reprtune/data/display_text.h>
#include <reprtune/infer/parallel.h>
#include <reprtune/io/ascii_case.h>
#include <reprtune/io/error.h>
#include <reprtune/serve/api_key.h>
#include <reprtune/serve/cohere_api.h>
#include <reprtune/serve/host_names.h>
#include <reprtune/serve/openai_api.h>
#include <reprtune/serve/openapi_document.h>
#include <reprtune/serve/playground_api.h>
#include <reprtune/serve/playground_page.h>
#include <reprtune/serve/service.h>
#include <reprtune/serve/tei_api.h>

#include <algorithm>
#include <string_view>

namespace reprtune::serve {

struct Service::Route {
  enum class Access { open, with_key };
  using Answer = HttpResponse (*)(const Backend&, const HttpRequest&);

  std::string_view method, path;
  ApiStyle style;
  Access access;
  Answer answer;
};

const std::vector<Service::Route>& Service::table() {
  using enum ApiStyle;
  constexpr auto kOpen = Route::Access::open;
  constexpr auto kKey = Route::Access::with_key;
  using Request = const HttpRequest&;
  using All = const Backend&;
  static const std::vector<Route> routes = {
      {"POST", "/v1/classify", cohere, kKey, cohere_classify},
      {"POST", "/v1/embed", cohere, kKey,
       [](All b, Request r) { return cohere_embed(b, r, CohereVersion::v1); }},
      {"POST", "/v2/embed", cohere, kKey,
       [](All b, Request r) { return cohere_embed(b, r, CohereVersion::v2); }},
      {"POST", "/v1/embeddings", openai, kKey, openai_embeddings},
      {"GET", "/v1/models", openai, kKey, openai_models},
      {"POST", "/embed", tei, kKey, tei_embed},
      {"POST", "/predict", tei, kKey, tei_predict},
      {"GET", "/info", tei, kKey, tei_info},
      {"GET", "/health", tei, kOpen, tei_health},
      {"GET", "/metrics", tei, kKey, tei_metrics},
      {"GET", "/", reprtune, kOpen, [](All, Request) { return playground_page(); }},
      {"GET", "/playground.css", reprtune, kOpen, [](All, Request) { return playground_style(); }},
      {"GET", "/playground.js", reprtune, kOpen, [](All, Request) { return playground_script(); }},
      {"GET", "/playground/models", reprtune, kKey, playground_models},
      {"POST", "/playground/classify", reprtune, kKey, playground_classify},
      {"POST", "/playground/examples", reprtune, kKey, playground_examples},
      {"POST", "/playground/neighbours", reprtune, kKey, playground_neighbours},
      {"GET", "/openapi.json", reprtune, kOpen,
       [](All, Request) { return HttpResponse{.body = std::string(openapi_document())}; }},
  };
  return routes;
}

namespace {

/// A HEAD is answered as a GET, by the library without the body.
std::string_view route_method(const HttpRequest& request) {
  return request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
}

/// For the metrics: a client's own words are none of theirs.
std::string known_method(const std::string& method) {
  static constexpr std::string_view kMethods[] = {"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                  "DELETE", "OPTIONS", "TRACE", "CONNECT"};
  return std::ranges::find(kMethods, method) == std::end(kMethods) ? "other" : method;
}

bool is_json(std::string_view content_type) {
  std::string type = ascii_lower_case(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type == "application/json";
}

void require_body(const HttpRequest& request) {
  if (request.arrival == HttpRequest::Body::too_large)
    throw ApiError(ErrorCause::too_large, "the body is larger than this server takes");
  if (!is_json(request.content_type)) {
    throw ApiError(ErrorCause::wrong_type,
                   "expected the content type application/json, found '" + request.content_type + "'");
  }
  if (request.arrival == HttpRequest::Body::cut_off)
    throw ApiError(ErrorCause::malformed, "the body did not arrive whole");
}

}  // namespace

Service::Service(const Backend& backend, PrometheusMetrics& metrics, ServiceOptions options,
                 ServiceObserver observer)
    : backend_(backend), metrics_(metrics), options_(std::move(options)), observer_(std::move(observer)) {}

std::vector<std::pair<std::string, std::string>> Service::routes() {
  std::vector<std::pair<std::string, std::string>> routes;
  for (const Route& route : table()) routes.emplace_back(route.method, route.path);
  return routes;
}

HttpResponse Service::handle(const HttpRequest& request) const {
  const auto start = std::chrono::steady_clock::now();
  metrics_.request_began();
  const auto& routes = table();
  const auto found = std::ranges::find(routes, request.path, &Route::path);
  const Route* const route = found == routes.end() ? nullptr : &*found;
  HttpResponse response = respond(request, route);
  allow_origin(request, response);
  const auto duration = std::chrono::steady_clock::now() - start;
  metrics_.count_request(known_method(request.method), route == nullptr ? "other" : request.path,
                         response.status, duration);
  metrics_.request_ended();
  if (observer_.answered) observer_.answered(request, response, duration);
  return response;
}

HttpResponse Service::respond(const HttpRequest& request, const Route* route) const {
  if (!is_meant(request)) {
    return error_response(route == nullptr ? ApiStyle::reprtune : route->style,
                          ApiError(ErrorCause::wrong_host,
                                   "expected a Host header with a name of this server, found '" +
                                       display_text(request.host, 80) + "' (--allow-host adds a name)"));
  }
  return route == nullptr ? unknown_path(request) : answer(request, *route);
}

/// HTTP/1.0 has no Host header; browsers, against whose pages the check is, always send one.
bool Service::is_meant(const HttpRequest& request) const {
  return options_.host_names.empty() || request.host.empty() || names_host(request.host, options_.host_names);
}

HttpResponse Service::answer(const HttpRequest& request, const Route& route) const {
  if (request.method == "OPTIONS") return preflight();
  if (route_method(request) != route.method) return wrong_method(request, route);
  try {
    if (route.access == Route::Access::with_key && !options_.api_key.empty() &&
        !carries_key(request.authorization, options_.api_key)) {
      throw ApiError(ErrorCause::no_key, "expected the API key in the header 'Authorization: Bearer KEY'");
    }
    if (route.method == "POST") require_body(request);
    set_operator_threads(1);  // of this connection's thread; the queue's workers have the cores
    return route.answer(backend_, request);
  } catch (const ApiError& error) {
    return error_response(route.style, error);
  } catch (const std::exception& error) {
    if (observer_.failed) observer_.failed(error);
    return error_response(
        route.style, ApiError(ErrorCause::failed, "the server failed at this request; its log says why"));
  }
}

HttpResponse Service::unknown_path(const HttpRequest& request) {
  return error_response(ApiStyle::reprtune,
                        ApiError(ErrorCause::unknown_path, "nothing is served at " + request.path +
                                                               " (GET /openapi.json lists what is)"));
}

HttpResponse Service::wrong_method(const HttpRequest& request, const Route& route) {
  const std::string expected(route.method);
  HttpResponse response =
      error_response(route.style, ApiError(ErrorCause::wrong_method, request.path + ": expected " + expected +
                                                                         ", found " + request.method));
  response.headers.emplace_back("Allow", expected == "GET" ? "GET, HEAD, OPTIONS" : expected + ", OPTIONS");
  return response;
}

/// What a browser asks before it lets another site's page send a request; allow_origin() says who may.
HttpResponse Service::preflight() const {
  HttpResponse response{.status = 204, .body = {}};
  if (options_.cors_origin.empty()) return response;
  response.headers = {{"Access-Control-Allow-Methods", "GET, POST, OPTIONS"},
                      {"Access-Control-Allow-Headers", "Authorization, Content-Type"},
                      {"Access-Control-Max-Age", "600"}};
  return response;
}

void Service::allow_origin(const HttpRequest& request, HttpResponse& response) const {
  if (options_.cors_origin.empty()) return;
  response.headers.emplace_back("Vary", "Origin");
  const bool allowed = options_.cors_origin == "*" || options_.cors_origin == request.origin;
  if (allowed) response.headers.emplace_back("Access-Control-Allow-Origin", options_.cors_origin);
}

}  // namespace reprtune::serve
