#pragma once

#include <chrono>
#include <compare>
#include <functional>
#include <string>

namespace reprtune::serve {

/// One end of a connection. Clients with different addresses may have the same port.
struct Endpoint {
  std::string address;  ///< in numbers, as the library for HTTP writes it
  int port = 0;
  auto operator<=>(const Endpoint&) const = default;
};

/// Calls `act` with the sockets of connections to a port, and the client of each. The library for HTTP keeps
/// its sockets to itself, so they are found by their ends.
void each_connection(int port, const std::function<void(int socket, const Endpoint& client)>& act);

/// For how long nothing has come from the client; none where something has, and waits to be read.
std::chrono::milliseconds silence(int socket);

/// Ends a connection of which bytes may be unread: they are read and dropped first, as far as they come at
/// once, for a socket that is closed over unread bytes takes the answer from the client as well.
void end_connection(int socket);

}  // namespace reprtune::serve
