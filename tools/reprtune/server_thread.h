#pragma once

#include <reprtune/serve/http_server.h>

#include <thread>

namespace reprtune::cli {

/// Runs a server in a thread of its own until the end of its life, however that comes: then what has arrived
/// is still answered.
class ServerThread {
 public:
  explicit ServerThread(serve::HttpServer& server) : server_(server), thread_([&server] { server.run(); }) {}
  ~ServerThread() { server_.stop(); }
  ServerThread(const ServerThread&) = delete;
  ServerThread& operator=(const ServerThread&) = delete;

 private:
  serve::HttpServer& server_;
  std::jthread thread_;
};

}  // namespace reprtune::cli
