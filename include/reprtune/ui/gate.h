#pragma once

#include <reprtune/serve/http_message.h>

#include <string>

namespace reprtune::ui {

/// Who may ask: a browser that opened the address with the token, and nobody else. The token stays in a
/// cookie that scripts cannot read and other sites cannot send. A page of another site can reach a server of
/// this machine, by its address or by a name of its own that leads there (DNS rebinding), but not without
/// giving itself away in the headers Origin, Host and Sec-Fetch-Site.
class Gate {
 public:
  /// `port`: where the server listens.
  Gate(int port, std::string token);

  /// Of 256 bits, in hexadecimal digits.
  static std::string random_token();

  /// Throws ApiError(no_key) unless the request comes from our own page, or from a program that has the
  /// token: `Authorization: Bearer TOKEN`.
  void require(const serve::HttpRequest& request) const;

  /// Whether this is the address that was printed, with the token, and no page of another site takes it in; a
  /// link to it may stand anywhere.
  bool opens(const serve::HttpRequest& request) const;
  /// The header Set-Cookie by which a browser that opened it is known from then on.
  std::string cookie() const;

  /// "http://127.0.0.1:PORT/ui/?token=TOKEN".
  std::string address() const;

 private:
  bool is_for_this_host(const serve::HttpRequest& request) const;
  bool is_from_our_page(const serve::HttpRequest& request) const;
  std::string cookie_name() const;

  int port_;
  std::string token_;
};

}  // namespace reprtune::ui
