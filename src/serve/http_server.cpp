#include <reprtune/io/error.h>
#include <reprtune/serve/http_server.h>

#include "client_sockets.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <httplib.h>
#include <sys/socket.h>

namespace reprtune::serve {
namespace {

/// Connections that wait to be taken; the library's own 5 are soon too few.
constexpr int kBacklog = 1024;
/// Of a connection without a request, while others wait for its thread.
constexpr std::chrono::seconds kLongestSilence{1};

Endpoint client_of(const httplib::Request& request) { return {request.remote_addr, request.remote_port}; }

/// The library's threads for connections, told of connections that find none of them free.
class ConnectionThreads : public httplib::TaskQueue {
 public:
  ConnectionThreads(std::size_t threads, std::function<void()> on_waiting)
      : on_waiting_(std::move(on_waiting)), threads_(threads), pool_(threads) {}

  void enqueue(std::function<void()> serve) override {
    ++connections_;
    pool_.enqueue([this, serve = std::move(serve)] {
      serve();
      --connections_;
    });
    on_idle();
  }
  void shutdown() override { pool_.shutdown(); }
  /// The library calls it again and again while no connection comes.
  void on_idle() override {
    if (connections_ > threads_) on_waiting_();
  }

 private:
  std::function<void()> on_waiting_;
  std::size_t threads_;
  std::atomic<std::size_t> connections_ = 0;
  httplib::ThreadPool pool_;
};

/// The methods that the library gets as far as its handlers with.
bool is_known_to_library(std::string_view method) {
  static constexpr std::string_view kMethods[] = {"GET",     "HEAD",    "POST",  "PUT",   "DELETE",
                                                  "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI"};
  return std::ranges::find(kMethods, method) != std::end(kMethods);
}

/// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != kMarks.npos;
  });
}

/// Whether the library leaves a body of this request where it would be taken for the next request.
bool has_unread_body(const httplib::Request& request) {
  const bool has_length = request.has_header("Content-Length");
  if (request.method == "POST" || request.method == "PUT" || request.method == "PATCH") return false;
  if (request.method == "DELETE" && has_length) return false;
  return request.has_header("Transfer-Encoding") ||
         (has_length && request.get_header_value("Content-Length") != "0");
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
  request.host = from.get_header_value("Host");
  request.cookie = from.get_header_value("Cookie");
  request.fetch_site = from.get_header_value("Sec-Fetch-Site");
  request.fetch_destination = from.get_header_value("Sec-Fetch-Dest");
  for (const auto& [name, value] : from.params) request.query.emplace(name, value);
  return request;
}

/// Hands on at most the first `most` bytes of a body. Of a larger one as many again are read, so that the
/// connection stays of use if they are the rest; the others are not even unpacked.
HttpRequest::Body read_body(const httplib::Request& from, httplib::Response& response,
                            const httplib::ContentReader& reader, std::size_t most,
                            const std::function<void(std::string_view)>& take) {
  if (from.is_multipart_form_data()) {  // the library reads it in another way; the content type is refused
                                        // later
    const bool whole = reader([](const httplib::MultipartFormData&) { return true; },
                              [](const char*, std::size_t) { return true; });
    return whole ? HttpRequest::Body::complete : HttpRequest::Body::cut_off;
  }
  // Without either the library would wait for the client to close the connection.
  if (!from.has_header("Content-Length") && !from.has_header("Transfer-Encoding"))
    return HttpRequest::Body::complete;
  bool fits = true;
  std::size_t taken = 0;
  const bool complete = reader([&](const char* bytes, std::size_t size) {
    fits = fits && taken + size <= most;
    if (fits) take({bytes, size});
    taken += size;
    return taken <= 2 * most;
  });
  if (!complete && !fits) response.set_header("Connection", "close");
  if (!fits || response.status == 413) return HttpRequest::Body::too_large;
  return complete ? HttpRequest::Body::complete : HttpRequest::Body::cut_off;
}

void write_head(const HttpResponse& from, httplib::Response& response) {
  response.status = from.status;
  response.set_header("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : from.headers) response.set_header(name, value);
}

void write_response(const HttpResponse& from, httplib::Response& response) {
  write_head(from, response);
  if (from.status != 204) response.set_content(from.body, from.content_type);
}

}  // namespace

class HttpServer::State {
 public:
  State(const HttpServerOptions& options, Handler handler, Receivers receivers)
      : options_(options), handler_(std::move(handler)), receivers_(std::move(receivers)) {
    server_.new_task_queue = [this] {  // the library takes it
      return new ConnectionThreads(options_.connections, [this] { end_silent_connections(); });
    };
    server_.set_idle_interval(kLongestSilence);
    server_.set_socket_options([this](int socket) { listening_socket_ = reuse_address(socket); });
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_max_count(options.requests_per_connection);
    server_.set_keep_alive_timeout(options.idle_timeout.count());
    server_.set_read_timeout(options.transfer_timeout);
    server_.set_write_timeout(options.transfer_timeout);
    server_.set_payload_max_length(std::max(options.body_bytes, options.received_bytes));
    server_.set_logger(
        [this](const httplib::Request& from, const httplib::Response& response) { end(from, response); });
    server_.set_error_handler(
        httplib::Server::Handler([this](const httplib::Request& from, httplib::Response& response) {
          answer_refused(from, response);
        }));
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
    const std::lock_guard lock(busy_mutex_);
    each_connection(port_, [this](int socket, const Endpoint& client) {
      if (!busy_.contains(client)) ::shutdown(socket, SHUT_RD);
    });
  }

 private:
  /// What the library refuses by itself. A method that it does not know it gives up at, before the headers,
  /// but that is a request all the same; what is not HTTP has no path and so no API whose form an error could
  /// have.
  void answer_refused(const httplib::Request& from, httplib::Response& response) const {
    if (!response.body.empty() || response.status < 400) return;
    HttpResponse answer{.status = response.status,
                        .body = "{\"message\":\"the request is not well-formed HTTP\"}"};
    const bool is_http = from.version == "HTTP/1.1" || from.version == "HTTP/1.0";
    if (is_http && from.target.starts_with('/') && is_token(from.method) &&
        !is_known_to_library(from.method)) {
      HttpRequest request;
      request.method = from.method;
      request.path = from.target.substr(0, from.target.find('?'));
      answer = handler_(request);
    }
    write_last_response(answer, response);
  }

  /// One after which nobody knows where the next request begins. The library ends a connection when a content
  /// provider gives up, and has no other way of being told to.
  static void write_last_response(const HttpResponse& from, httplib::Response& response) {
    write_head(from, response);
    response.set_header("Connection", "close");
    response.set_content_provider(
        from.body.size(), from.content_type,
        [body = from.body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
          sink.write(body.data() + offset, length);
          return false;
        });
  }

  /// The library would answer any method with parts of the body, as many as are asked for, overlapping or
  /// not: of a kilobyte of request it makes megabytes. The request is its own, and it offers no other way.
  static void ignore_ranges(const httplib::Request& from) {
    const_cast<httplib::Request&>(from).ranges.clear();  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  }

  /// Ends connections that nothing comes from, while others wait for a thread. Called by the one thread that
  /// takes connections.
  void end_silent_connections() {
    const auto now = std::chrono::steady_clock::now();
    if (now - silence_ended_ < kLongestSilence / 2) return;
    silence_ended_ = now;
    const std::lock_guard lock(busy_mutex_);
    each_connection(port_, [this](int socket, const Endpoint& client) {
      if (!busy_.contains(client) && silence(socket) >= kLongestSilence) ::shutdown(socket, SHUT_RD);
    });
  }

  void begin(const httplib::Request& from) {
    const std::lock_guard lock(busy_mutex_);
    busy_.insert(client_of(from));
  }
  /// After the response has been written. A connection of which the next bytes may not begin a request, after
  /// one that was malformed, or had a body where none belongs or one that was not read to its end, ends with
  /// it.
  void end(const httplib::Request& from, const httplib::Response& response) {
    const Endpoint ended = client_of(from);
    if (ended.port > 0 && !is_in_step(from, response)) {  // without a port the library has ended it
      each_connection(port_, [&](int socket, const Endpoint& client) {
        if (client == ended) end_connection(socket);
      });
    }
    const std::lock_guard lock(busy_mutex_);
    const auto found = busy_.find(ended);
    if (found != busy_.end()) busy_.erase(found);
  }
  bool is_in_step(const httplib::Request& from, const httplib::Response& response) {
    const std::lock_guard lock(busy_mutex_);
    return busy_.contains(client_of(from)) && !has_unread_body(from) &&
           response.get_header_value("Connection") != "close";
  }

  void add_handlers() {
    const std::string any = "[\\s\\S]*";
    const auto without_body = [this](const httplib::Request& from, httplib::Response& response) {
      begin(from);
      if (has_unread_body(from)) response.set_header("Connection", "close");
      write_response(handler_(read_head(from)), response);
    };
    const auto with_body = [this](const httplib::Request& from, httplib::Response& response,
                                  const httplib::ContentReader& reader) {
      begin(from);
      write_response(answer_with_body(from, response, reader), response);
    };
    // Methods that the library itself does not route are refused as any that a path is not served for.
    server_.set_pre_routing_handler([this](const httplib::Request& from, httplib::Response& response) {
      ignore_ranges(from);
      if (from.method != "TRACE" && from.method != "CONNECT")
        return httplib::Server::HandlerResponse::Unhandled;
      begin(from);
      write_response(handler_(read_head(from)), response);
      return httplib::Server::HandlerResponse::Handled;
    });
    server_.Get(any, without_body).Options(any, without_body);
    server_.Post(any, with_body).Put(any, with_body).Patch(any, with_body);
    server_.Delete(any, with_body).Delete(any, without_body);  // one with a body, one without
  }

  HttpResponse answer_with_body(const httplib::Request& from, httplib::Response& response,
                                const httplib::ContentReader& reader) {
    HttpRequest request = read_head(from);
    const auto receiver = receivers_ ? receivers_(request) : nullptr;
    request.arrival =
        read_body(from, response, reader, receiver ? options_.received_bytes : options_.body_bytes,
                  [&](std::string_view bytes) {
                    if (receiver) {
                      receiver->take(bytes);
                    } else {
                      request.body.append(bytes);
                    }
                  });
    // Its rest would be taken for the next request.
    if (request.arrival == HttpRequest::Body::cut_off) response.set_header("Connection", "close");
    if (receiver) return receiver->finish(request.arrival);
    if (request.arrival != HttpRequest::Body::complete) request.body.clear();
    return handler_(request);
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
  Receivers receivers_;
  httplib::Server server_;
  int listening_socket_ = -1;
  int port_ = 0;
  std::mutex busy_mutex_;
  std::multiset<Endpoint> busy_;  // clients whose requests are being read or answered
  std::atomic<bool> ended_ = false;
  std::chrono::steady_clock::time_point silence_ended_;
};

HttpServer::HttpServer(const HttpServerOptions& options, Handler handler, Receivers receivers)
    : state_(std::make_unique<State>(options, std::move(handler), std::move(receivers))) {}
HttpServer::~HttpServer() = default;

int HttpServer::port() const { return state_->port(); }
void HttpServer::run() { state_->run(); }
void HttpServer::stop() { state_->stop(); }

}  // namespace reprtune::serve
