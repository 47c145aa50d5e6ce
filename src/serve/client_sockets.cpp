#include "client_sockets.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace reprtune::serve {
namespace {

/// By getsockname or getpeername; absent when the descriptor has no such end.
std::optional<Endpoint> endpoint_of(int descriptor, int (*end)(int, sockaddr*, socklen_t*)) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* const general = reinterpret_cast<sockaddr*>(&address);
  if (end(descriptor, general, &size) != 0) return std::nullopt;
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return std::nullopt;
  std::array<char, NI_MAXHOST> text{};
  if (getnameinfo(general, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
    return std::nullopt;
  // The port stands in the same place for both families.
  return Endpoint{text.data(), ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port)};
}

}  // namespace

void each_connection(int port, const std::function<void(int socket, const Endpoint& client)>& act) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  constexpr rlim_t kMostDescriptors = 65536;
  const int end = static_cast<int>(std::min(limit.rlim_cur, kMostDescriptors));
  for (int descriptor = 3; descriptor < end; ++descriptor) {
    const auto client = endpoint_of(descriptor, getpeername);
    if (!client) continue;
    const auto own = endpoint_of(descriptor, getsockname);
    if (own && own->port == port) act(descriptor, *client);
  }
}

std::chrono::milliseconds silence(int socket) {
  int unread = 0;
  if (ioctl(socket, FIONREAD, &unread) != 0 || unread > 0) return {};
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  return std::chrono::milliseconds(info.tcpi_last_data_recv);
}

void end_connection(int socket) {
  constexpr auto kPatience = std::chrono::milliseconds(500);
  constexpr std::size_t kMostBytes = 16 << 20;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  ::shutdown(socket, SHUT_WR);
  std::vector<char> dropped(65536);
  for (std::size_t read = 0; read < kMostBytes;) {
    pollfd ready{socket, POLLIN, 0};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) break;
    const ssize_t bytes = ::recv(socket, dropped.data(), dropped.size(), MSG_DONTWAIT);
    if (bytes <= 0) break;
    read += static_cast<std::size_t>(bytes);
  }
  ::shutdown(socket, SHUT_RDWR);
}

}  // namespace reprtune::serve
