#include <reprtune/serve/host_names.h>

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(HostNames, KnowWhichAddressesAreOfThisMachineAlone) {
  for (const char* address : {"localhost", "127.0.0.1", "127.3.2.1", "::1"})
    EXPECT_TRUE(is_loopback(address)) << address;
  for (const char* address : {"0.0.0.0", "::", "192.168.0.7", "example.org"})
    EXPECT_FALSE(is_loopback(address)) << address;
}

TEST(HostNames, OfALoopbackServerWithAnyPort) {
  const auto names = loopback_names("127.0.0.2");
  for (const char* header : {"localhost", "localhost:8080", "LocalHost:1", "localhost.", "127.0.0.1:80",
                             "127.0.0.2", "[::1]", "[::1]:9"})
    EXPECT_TRUE(names_host(header, names)) << header;
  for (const char* header :
       {"", "evil.example", "localhost.evil.example", "evil.example:8080", "127.0.0.1.evil.example", "::1",
        "[::1", "[::2]:9", "127.0.0.3", "localhost@evil.example", " localhost"})
    EXPECT_FALSE(names_host(header, names)) << header;
}

TEST(HostNames, MayBeMore) {
  EXPECT_TRUE(names_host("lab.example:80", {"Lab.Example"}));
  EXPECT_TRUE(names_host("[fe80::2]:80", {"fe80::2"}));
  EXPECT_FALSE(names_host("example", {"lab.example"}));
}

}  // namespace
}  // namespace reprtune::serve
