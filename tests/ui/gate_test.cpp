#include <reprtune/serve/api_error.h>
#include <reprtune/ui/gate.h>

#include "../serve/refused.h"

#include <gtest/gtest.h>

namespace reprtune::ui {
namespace {

serve::HttpRequest request_from(const std::string& host, const std::string& origin,
                                const std::string& cookie) {
  serve::HttpRequest request{.method = "GET", .path = "/ui/"};
  request.host = host;
  request.origin = origin;
  request.cookie = cookie;
  return request;
}

const Gate kGate(4711, "secret");

bool is_open(const std::string& host, const std::string& origin, const std::string& cookie) {
  return serve::refusal([&] { kGate.require(request_from(host, origin, cookie)); }) == "nothing";
}

TEST(Gate, OpensToTheCookieAlone) {
  const std::string host = "127.0.0.1:4711", cookie = "a=b; reprtune-4711=secret";
  EXPECT_TRUE(is_open(host, "", cookie));
  EXPECT_TRUE(is_open(host, "http://127.0.0.1:4711", cookie));
  EXPECT_TRUE(is_open("localhost:4711", "http://localhost:4711", cookie));
  for (const char* wrong : {"", "reprtune-4711=", "reprtune-4711=secre", "reprtune-4711=secrets",
                            "reprtune-4712=secret", "xreprtune-4711=secret", "reprtune-4711 =secret"})
    EXPECT_FALSE(is_open(host, "", wrong)) << wrong;
}

TEST(Gate, RefusesPagesOfOtherSites) {
  const std::string host = "127.0.0.1:4711", cookie = "reprtune-4711=secret";
  for (const char* origin : {"http://evil.example", "null", "http://127.0.0.1:80", "https://127.0.0.1:4711",
                             "http://localhost:4711", "http://127.0.0.1:4711.evil.example"})
    EXPECT_FALSE(is_open(host, origin, cookie)) << origin;
}

TEST(Gate, RefusesNamesThatOnlyLeadHere) {
  const std::string cookie = "reprtune-4711=secret";
  for (const char* host :
       {"", "evil.example:4711", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:4711"})
    EXPECT_FALSE(is_open(host, "", cookie)) << host;
}

TEST(Gate, TakesTheTokenInAHeader) {
  auto request = request_from("127.0.0.1:4711", "", "");
  request.authorization = "Bearer secret";
  EXPECT_EQ(serve::refusal([&] { kGate.require(request); }), "nothing");
  request.authorization = "Bearer wrong";
  EXPECT_NE(serve::refusal([&] { kGate.require(request); }), "nothing");
}

TEST(Gate, IsOpenedByItsAddress) {
  EXPECT_EQ(kGate.address(), "http://127.0.0.1:4711/ui/?token=secret");
  auto request = request_from("127.0.0.1:4711", "", "");
  EXPECT_FALSE(kGate.opens(request));
  request.query["token"] = "secret";
  EXPECT_TRUE(kGate.opens(request));
  request.host = "evil.example:4711";
  EXPECT_FALSE(kGate.opens(request));
  EXPECT_EQ(kGate.cookie(), "reprtune-4711=secret; Path=/; HttpOnly; SameSite=Strict");
}

TEST(Gate, IsOpenedByNoOtherSite) {
  auto request = request_from("127.0.0.1:4711", "", "");
  request.query["token"] = "secret";
  for (const char* origin : {"http://evil.example", "null", "http://127.0.0.1:80"}) {
    request.origin = origin;
    EXPECT_FALSE(kGate.opens(request)) << origin;
  }
  request.origin = "http://127.0.0.1:4711";
  EXPECT_TRUE(kGate.opens(request));
  request.origin = "";
  for (const char* site : {"cross-site", "same-site"}) {
    request.fetch_site = site;
    for (const char* destination : {"", "empty", "image", "iframe"}) {
      request.fetch_destination = destination;
      EXPECT_FALSE(kGate.opens(request)) << site << " " << destination;
    }
    request.fetch_destination = "document";  // a link to the address
    EXPECT_TRUE(kGate.opens(request)) << site;
  }
  for (const char* site : {"", "none", "same-origin"}) {
    request.fetch_site = site;
    request.fetch_destination = "iframe";
    EXPECT_TRUE(kGate.opens(request)) << site;
  }
}

TEST(Gate, RefusesWhatOtherSitesTakeInWithoutNamingThem) {
  auto request = request_from("127.0.0.1:4711", "", "reprtune-4711=secret");
  request.fetch_site = "same-site";  // another port of this machine, to which the cookie goes, too
  request.fetch_destination = "script";
  EXPECT_NE(serve::refusal([&] { kGate.require(request); }), "nothing");
  request.fetch_site = "same-origin";
  EXPECT_EQ(serve::refusal([&] { kGate.require(request); }), "nothing");
}

TEST(Gate, MakesTokensThatNobodyGuesses) {
  const std::string token = Gate::random_token();
  EXPECT_EQ(token.size(), 64U);
  EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(token, Gate::random_token());
}

}  // namespace
}  // namespace reprtune::ui
