#include "web_request.h"

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(WebOrigin, IsSchemeHostAndPort) {
  EXPECT_EQ(web_origin("https://Host/a/b?c"), "https://host:443");
  EXPECT_EQ(web_origin("https://host:443"), web_origin("HTTPS://host/x"));
  EXPECT_EQ(web_origin("http://[::1]/x"), "http://[::1]:80");
  EXPECT_EQ(web_origin("http://[::1]:8080/x"), "http://[::1]:8080");
  for (const char* other : {"http://host", "https://host:444", "https://host.example",
                            "https://evil.example/host", "https://evil.example?@host"})
    EXPECT_NE(web_origin(other), "https://host:443") << other;
}

TEST(WebOrigin, IsOfNoAddressThatCouldBeTakenForAnother) {
  for (const char* url : {"https://host@evil.example", "https://host\\@evil.example/x",
                          "https://evil.example\\@host", "https://name:password@host", "https://a:99999",
                          "https://", "host", "", "file:///etc/passwd", "ftp://host/x"})
    EXPECT_THROW(web_origin(url), WebFailure) << url;
}

}  // namespace
}  // namespace reprtune
