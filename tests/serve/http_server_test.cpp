#include <reprtune/io/error.h>
#include <reprtune/serve/http_server.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace reprtune::serve {
namespace {

using namespace std::chrono_literals;

sockaddr_in address_of(const char* host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, host, &address.sin_addr);
  return address;
}

/// A connection whose every exchange is seen byte for byte.
class Connection {
 public:
  /// `own_host`, `own_port`: where it comes from; port 0: any that is free.
  explicit Connection(int port, const char* own_host = "127.0.0.1", int own_port = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const auto own = address_of(own_host, own_port), server = address_of("127.0.0.1", port);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&server), sizeof server), 0);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(const std::string& bytes) {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  int own_port() const {
    sockaddr_in own{};
    socklen_t size = sizeof own;
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &size), 0);
    return ntohs(own.sin_port);
  }
  /// What arrives until `end` has; less when the connection ends.
  std::string receive(const std::string& end) {
    std::string received;
    char byte = 0;
    while (!received.ends_with(end) && ::recv(socket_, &byte, 1, 0) == 1) received += byte;
    return received;
  }

 private:
  int socket_;
};

std::string post(const std::string& body, const std::string& headers = {}) {
  return "POST /a%20b?c=d HTTP/1.1\r\nHost: x\r\nContent-Type: t\r\nAuthorization: k\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Answers with what it was asked, so that a test sees it.
HttpResponse echo(const HttpRequest& request) {
  const char* arrival[] = {"complete", "too large", "cut off"};
  return {.status = 299,
          .content_type = "text/plain",
          .body = request.method + "|" + request.path + "|" + request.content_type + "|" +
                  request.authorization + "|" + request.body + "|" +
                  arrival[static_cast<int>(request.arrival)] + ";",
          .headers = {{"X-Own", "1"}}};
}

class RunningServer {
 public:
  explicit RunningServer(
      HttpServer::Handler handler, HttpServer::Receivers receivers = {},
      HttpServerOptions options = {.port = 0, .connections = 4, .body_bytes = 10, .received_bytes = 100'000})
      : server_(options, std::move(handler), std::move(receivers)), thread_([this] { server_.run(); }) {}
  ~RunningServer() { server_.stop(); }

  int port() const { return server_.port(); }

 private:
  HttpServer server_;
  std::jthread thread_;
};

TEST(HttpServer, CarriesRequestsAndResponses) {
  RunningServer server(echo);
  Connection connection(server.port());
  for (int i = 0; i < 3; ++i) {
    connection.send(post("body"));
    const std::string response = connection.receive(";");
    EXPECT_TRUE(response.starts_with("HTTP/1.1 299 ")) << response;
    EXPECT_NE(response.find("X-Own: 1\r\n"), std::string::npos);
    EXPECT_NE(response.find("X-Content-Type-Options: nosniff\r\n"), std::string::npos);
    EXPECT_TRUE(response.ends_with("\r\n\r\nPOST|/a b|t|k|body|complete;")) << response;
  }
}

TEST(HttpServer, EndsAConnectionWhoseRequestsAreUsedUp) {
  RunningServer server(echo, {},
                       {.port = 0, .connections = 4, .body_bytes = 10, .requests_per_connection = 2});
  Connection connection(server.port());
  connection.send(post("body"));
  EXPECT_EQ(connection.receive(";").find("Connection: close\r\n"), std::string::npos);
  connection.send(post("body"));
  EXPECT_NE(connection.receive(";").find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(connection.receive("never"), "");
}

TEST(HttpServer, ReadsALargeBodyAwayAndGoesOn) {
  RunningServer server(echo);
  Connection connection(server.port());
  connection.send(post("12345678901"));
  EXPECT_TRUE(connection.receive(";").ends_with("||too large;"));
  connection.send(
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n6\r\n123456\r\n0\r\n\r\n");
  EXPECT_TRUE(connection.receive(";").ends_with("||too large;"));
  connection.send("GET /x HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(connection.receive(";").ends_with("GET|/x||||complete;"));
}

TEST(HttpServer, EndsAConnectionRatherThanReadMuchMoreThanItTakes) {
  RunningServer server(echo);
  Connection connection(server.port());
  connection.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 4; ++i) connection.send("6\r\n123456\r\n");  // and so on, for ever
  const std::string response = connection.receive(";");
  EXPECT_TRUE(response.ends_with("||too large;")) << response;
  EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos) << response;
  EXPECT_EQ(connection.receive(";"), "");
}

TEST(HttpServer, AnswersWithAllOfABodyWhateverRangesAreAskedFor) {
  RunningServer server(echo);
  for (const std::string ranges : {"0-3", "0-,0-,0-,0-", "5-", "-1", "1000-2000"}) {
    Connection connection(server.port());
    connection.send("GET /x HTTP/1.1\r\nRange: bytes=" + ranges + "\r\n\r\n");
    const std::string got = connection.receive("complete;");
    EXPECT_TRUE(got.starts_with("HTTP/1.1 299 ") && got.ends_with("\r\n\r\nGET|/x||||complete;")) << got;
    connection.send(post("body", "Range: bytes=" + ranges + "\r\n"));
    const std::string posted = connection.receive("complete;");
    EXPECT_TRUE(posted.ends_with("\r\n\r\nPOST|/a b|t|k|body|complete;")) << posted;
  }
}

TEST(HttpServer, SilentConnectionsDoNotKeepOthersOut) {
  RunningServer server(echo);  // with four threads
  std::vector<std::unique_ptr<Connection>> silent;
  for (int i = 0; i < 10; ++i) silent.push_back(std::make_unique<Connection>(server.port()));
  silent.front()->send("GET /x HTTP/1.1\r\n");  // and no more
  Connection other(server.port());
  const auto start = std::chrono::steady_clock::now();
  other.send("GET /x HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(other.receive(";").ends_with("GET|/x||||complete;"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 50s) << "ended by nothing but the idle timeout of 60 s";
}

TEST(HttpServer, EndsAConnectionAfterABodyThatItDidNotReadToItsEnd) {
  RunningServer server(echo);
  for (const char* headers :
       {"Content-Type: multipart/form-data; boundary=a\r\n", "Content-Type: multipart/form-data\r\n"}) {
    Connection connection(server.port());
    const std::string hidden = "GET /hidden HTTP/1.1\r\n\r\n";
    connection.send("POST /x HTTP/1.1\r\n" + std::string(headers) +
                    "Content-Length: " + std::to_string(hidden.size()) + "\r\n\r\n" + hidden);
    EXPECT_NE(connection.receive("cut off;").find("POST|/x|"), std::string::npos) << headers;
    EXPECT_EQ(connection.receive(";"), "") << headers;
  }
}

TEST(HttpServer, HandsOnMethodsThatTheLibraryDoesNotKnow) {
  RunningServer server(echo);
  for (const char* method : {"QUERY", "PROPFIND", "get"}) {
    Connection connection(server.port());
    connection.send(std::string(method) + " /x?y HTTP/1.1\r\nContent-Length: 5\r\n\r\n12345");
    EXPECT_TRUE(connection.receive(";").ends_with(std::string(method) + "|/x||||complete;")) << method;
    EXPECT_EQ(connection.receive(";"), "") << method;
  }
  for (const char* line : {"QU(RY /x HTTP/1.1", "QUERY x HTTP/1.1", "QUERY /x HTTP/3.0", "QUERY /x"}) {
    Connection connection(server.port());
    connection.send(std::string(line) + "\r\n\r\nGET /hidden HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(connection.receive("}").starts_with("HTTP/1.1 400 ")) << line;
    EXPECT_EQ(connection.receive(";"), "") << line;
  }
}

/// Says how much it was given, and how it arrived.
class Counter : public BodyReceiver {
 public:
  void take(std::string_view bytes) override { bytes_ += bytes.size(); }
  HttpResponse finish(HttpRequest::Body arrival) override {
    return {.content_type = "text/plain",
            .body = std::to_string(bytes_) + " " + std::to_string(static_cast<int>(arrival)) + ";"};
  }

 private:
  std::size_t bytes_ = 0;
};

TEST(HttpServer, LetsAReceiverTakeABody) {
  std::string seen;
  RunningServer server(echo, [&](const HttpRequest& head) -> std::unique_ptr<BodyReceiver> {
    seen = head.method + " " + head.path + " " + head.query.at("a") + " " + head.host + " " + head.cookie;
    return head.path == "/big" ? std::make_unique<Counter>() : nullptr;
  });
  Connection connection(server.port());
  const auto put = [&](const std::string& path, std::size_t bytes) {
    connection.send("PUT " + path + "?a=b%20c&a=d HTTP/1.1\r\nHost: h:1\r\nCookie: k=v\r\nContent-Length: " +
                    std::to_string(bytes) + "\r\n\r\n" + std::string(bytes, 'x'));
    return connection.receive(";");
  };
  EXPECT_TRUE(put("/big", 100'000).ends_with("\r\n\r\n100000 0;"));
  EXPECT_EQ(seen, "PUT /big b c h:1 k=v");
  EXPECT_TRUE(put("/big", 100'001).ends_with(" 1;"));
  EXPECT_TRUE(put("/small", 11).ends_with("||too large;"));
}

TEST(HttpServer, TakesARequestWithoutLengthAsOneWithoutBody) {
  RunningServer server(echo);
  Connection connection(server.port());
  connection.send("POST /x HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(connection.receive(";").ends_with("POST|/x||||complete;"));
}

TEST(HttpServer, AnswersEveryMethod) {
  RunningServer server(echo);
  for (const char* method : {"GET", "OPTIONS", "PUT", "PATCH", "DELETE"}) {
    Connection connection(server.port());
    connection.send(std::string(method) + " /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(connection.receive(";").ends_with(std::string(method) + "|/x||||complete;")) << method;
  }
}

TEST(HttpServer, StopsAtOnceWhenIdleButAnswersWhatItTook) {
  std::atomic<bool> taken = false;
  auto server = std::make_unique<RunningServer>([&](const HttpRequest& request) {
    taken = true;
    std::this_thread::sleep_for(300ms);
    return echo(request);
  });
  Connection idle(server->port()), busy(server->port());
  busy.send(post("body"));
  while (!taken) std::this_thread::yield();
  const auto start = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  EXPECT_TRUE(busy.receive(";").ends_with("|body|complete;"));
  EXPECT_EQ(idle.receive(";"), "");
}

TEST(HttpServer, TellsClientsOfOnePortApart) {
  RunningServer server(echo);
  Connection bystander(server.port());
  bystander.send("GET /x HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(bystander.receive(";").ends_with("GET|/x||||complete;"));
  Connection ended(server.port(), "127.0.0.2", bystander.own_port());
  ended.send("GET /x HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");  // a body where none belongs
  EXPECT_TRUE(ended.receive("complete;").ends_with("GET|/x||||complete;"));
  EXPECT_EQ(ended.receive(";"), "");
  bystander.send("GET /x HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(bystander.receive(";").ends_with("GET|/x||||complete;"));
}

TEST(HttpServer, StopsAnIdleClientWhoseNamesakeIsBusy) {
  std::atomic<bool> taken = false;
  auto server = std::make_unique<RunningServer>(
      [&](const HttpRequest& request) {
        taken = true;
        std::this_thread::sleep_for(300ms);
        return echo(request);
      },
      HttpServer::Receivers{}, HttpServerOptions{.port = 0, .connections = 4, .idle_timeout = 10s});
  Connection busy(server->port());
  Connection idle(server->port(), "127.0.0.2", busy.own_port());
  busy.send(post("body"));
  while (!taken) std::this_thread::yield();
  const auto start = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_TRUE(busy.receive(";").ends_with("|body|complete;"));
}

TEST(HttpServer, TakesNoBodyForARequest) {
  RunningServer server(echo);
  for (const char* method : {"GET", "OPTIONS", "TRACE"}) {
    Connection connection(server.port());
    const std::string hidden = "GET /hidden HTTP/1.1\r\n\r\n";
    connection.send(std::string(method) + " /x HTTP/1.1\r\nContent-Length: " + std::to_string(hidden.size()) +
                    "\r\n\r\n" + hidden);
    EXPECT_TRUE(connection.receive("complete;").ends_with("|/x||||complete;")) << method;
    EXPECT_EQ(connection.receive("complete;"), "") << method;
  }
}

TEST(HttpServer, SaysWhenAPortCannotBeHad) {
  RunningServer server(echo);
  try {
    HttpServer second({.port = server.port()}, echo);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::runtime);
    EXPECT_NE(std::string(error.what()).find("127.0.0.1:" + std::to_string(server.port())),
              std::string::npos);
  }
}

}  // namespace
}  // namespace reprtune::serve
