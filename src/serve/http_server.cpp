#include <reprtune/io/error.h>
#include <reprtune/serve/http_server.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include <httplib.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace reprtune::serve {
namespace {

/// Requests of one connection; a client that has used them up connects again.
constexpr std::size_t kRequestsPerConnection = 1'000'000;
constexpr time_t kIdleSeconds = 60;
/// Connections that wait to be taken; the library's own 5 are soon too few.
constexpr int kBacklog = 1024;

/// The local port of a file descriptor, 0 when it is not a connected socket of the internet.
int connected_port(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  size = sizeof address;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  // The port stands in the same place for both families.
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return 0;
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

/// Ends connections to a port that wait for a next request: they read the end of what their client sends. A
/// request that has arrived can still be read, and its answer written. The library keeps its sockets to
/// itself, so they are found by their port.
void end_idle_connections(int port) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  constexpr rlim_t kMostDescriptors = 65536;
  for (int descriptor = 3; descriptor < static_cast<int>(std::min(limit.rlim_cur, kMostDescriptors));
       ++descriptor)
    if (connected_port(descriptor) == port) ::shutdown(descriptor, SHUT_RD);
}

/// A server that is started again gets its port although old connections linger; the library's own choice
/// would let two servers share one.
int reuse_address(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return socket;
}

HttpRequest read_head(const httplib::Request& from) {
  HttpRequest request;
  request.method = from.method;
  request.path = from.path;
  request.authorization = from.get_header_value("Authorization");
  request.content_type = from.get_header_value("Content-Type");
  request.origin = from.get_header_value("Origin");
  return request;
}

/// Reads a body to its end, so that the connection stays of use, but keeps no more than `most` bytes.
void read_body(const httplib::Request& from, const httplib::Response& response,
               const httplib::ContentReader& reader, std::size_t most, HttpRequest& request) {
  if (from.is_multipart_form_data()) {  // the library reads it in another way; the content type is refused
                                        // later
    reader([](const httplib::MultipartFormData&) { return true; },
           [](const char*, std::size_t) { return true; });
    return;
  }
  // Without either the library would wait for the client to close the connection.
  if (!from.has_header("Content-Length") && !from.has_header("Transfer-Encoding")) return;
  bool fits = true;
  const bool complete = reader([&](const char* bytes, std::size_t size) {
    fits = fits && request.body.size() + size <= most;
    if (fits) request.body.append(bytes, size);
    return true;
  });
  if (!fits || response.status == 413) {
    request.arrival = HttpRequest::Body::too_large;
  } else if (!complete) {
    request.arrival = HttpRequest::Body::cut_off;
  }
  if (request.arrival != HttpRequest::Body::complete) request.body.clear();
}

void write_response(const HttpResponse& from, httplib::Response& response) {
  response.status = from.status;
  response.set_header("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : from.headers) response.set_header(name, value);
  if (from.status != 204) response.set_content(from.body, from.content_type);
}

}  // namespace

class HttpServer::State {
 public:
  State(const HttpServerOptions& options, Handler handler) : options_(options), handler_(std::move(handler)) {
    server_.new_task_queue = [connections = options.connections] {
      return new httplib::ThreadPool(connections);  // the library takes it
    };
    server_.set_socket_options([this](int socket) { listening_socket_ = reuse_address(socket); });
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_max_count(kRequestsPerConnection);
    server_.set_keep_alive_timeout(kIdleSeconds);
    server_.set_read_timeout(options.transfer_timeout);
    server_.set_write_timeout(options.transfer_timeout);
    server_.set_payload_max_length(options.body_bytes);
    server_.set_error_handler(httplib::Server::Handler(answer_malformed));
    add_handlers();
    bind();
  }

  int port() const { return port_; }
  void run() {
    server_.listen_after_bind();
    ended_ = true;
  }
  void stop() {
    // The library passes over a stop that comes before it runs.
    while (!server_.is_running() && !ended_) std::this_thread::yield();
    server_.stop();
    // A body on its way is waited for, as long as for the next byte of any client.
    const auto deadline = std::chrono::steady_clock::now() + options_.transfer_timeout;
    while (receiving_ > 0 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    end_idle_connections(port_);
  }

 private:
  /// What is not HTTP has no path and so no API whose form an error could have.
  static void answer_malformed(const httplib::Request&, httplib::Response& response) {
    if (response.body.empty() && response.status >= 400)
      response.set_content("{\"message\":\"the request is not well-formed HTTP\"}", "application/json");
  }

  void add_handlers() {
    const std::string any = "[\\s\\S]*";
    const auto without_body = [this](const httplib::Request& from, httplib::Response& response) {
      write_response(handler_(read_head(from)), response);
    };
    const auto with_body = [this](const httplib::Request& from, httplib::Response& response,
                                  const httplib::ContentReader& reader) {
      HttpRequest request = read_head(from);
      ++receiving_;
      read_body(from, response, reader, options_.body_bytes, request);
      --receiving_;
      write_response(handler_(request), response);
    };
    server_.Get(any, without_body).Options(any, without_body);
    server_.Post(any, with_body).Put(any, with_body).Patch(any, with_body);
    server_.Delete(any, with_body).Delete(any, without_body);  // one with a body, one without
  }

  void bind() {
    const bool bound = options_.port == 0 ? (port_ = server_.bind_to_any_port(options_.host)) > 0
                                          : server_.bind_to_port(options_.host, options_.port);
    if (!bound) {
      throw Error(ErrorKind::runtime, options_.host + ":" + std::to_string(options_.port) +
                                          ": cannot listen there: " + std::strerror(errno) +
                                          " (--port 0 picks a free port)");
    }
    if (options_.port != 0) port_ = options_.port;
    ::listen(listening_socket_, kBacklog);
  }

  HttpServerOptions options_;
  Handler handler_;
  httplib::Server server_;
  int listening_socket_ = -1;
  int port_ = 0;
  std::atomic<int> receiving_ = 0;  // bodies on their way
  std::atomic<bool> ended_ = false;
};

HttpServer::HttpServer(const HttpServerOptions& options, Handler handler)
    : state_(std::make_unique<State>(options, std::move(handler))) {}
HttpServer::~HttpServer() = default;

int HttpServer::port() const { return state_->port(); }
void HttpServer::run() { state_->run(); }
void HttpServer::stop() { state_->stop(); }

}  // namespace reprtune::serve
