#pragma once

#include <reprtune/serve/body_receiver.h>
#include <reprtune/serve/http_message.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace reprtune::serve {

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  int port = 8080;                            ///< 0: any that is free
  std::size_t connections = 128;              ///< served at a time, each by a thread; more wait
  std::size_t body_bytes = 8 << 20;           ///< most in a request's body, unpacked
  std::size_t received_bytes = 0;             ///< most in one that a BodyReceiver takes
  std::chrono::seconds transfer_timeout{10};  ///< without a byte from, or taken by, a client
  std::chrono::seconds idle_timeout{60};      ///< until a connection without a request is ended
  /// Of one client; when it has used them up it connects again.
  std::size_t requests_per_connection = 1'000'000;
};

/// Carries requests over HTTP/1.1: the one place that knows the library for it.
class HttpServer {
 public:
  /// Called from the threads of the connections; must not throw.
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  /// Who takes the body of a request of which all but the body is known; null: the handler, in one piece.
  /// Must not throw.
  using Receivers = std::function<std::unique_ptr<BodyReceiver>(const HttpRequest&)>;

  /// Takes the port. Throws Error(runtime) when it cannot be had.
  HttpServer(const HttpServerOptions& options, Handler handler, Receivers receivers = {});
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  int port() const;
  /// Serves until stop(), then returns when every request that had arrived is answered.
  void run();
  /// From another thread: takes no more connections and ends the idle ones.
  void stop();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace reprtune::serve
