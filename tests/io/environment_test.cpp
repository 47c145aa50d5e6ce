#include <reprtune/io/environment.h>

#include <cstdlib>

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

namespace reprtune {
namespace {

TEST(Environment, WhatIsEmptyIsNotSet) {
  ::unsetenv("REPRTUNE_TEST");
  EXPECT_EQ(environment("REPRTUNE_TEST"), "");
  EXPECT_EQ(environment("REPRTUNE_TEST", "other"), "other");
  ::setenv("REPRTUNE_TEST", "", 1);
  EXPECT_EQ(environment("REPRTUNE_TEST", "other"), "other");
  ::setenv("REPRTUNE_TEST", "a/b", 1);
  EXPECT_EQ(environment("REPRTUNE_TEST", "other"), "a/b");
  EXPECT_EQ(environment_path("REPRTUNE_TEST", "c") / "d", "a/b/d");
  ::unsetenv("REPRTUNE_TEST");
}

TEST(Environment, TheUsersCache) {
  const std::string before = environment("XDG_CACHE_HOME"), home = environment("HOME");
  ::setenv("HOME", "/h", 1);
  ::setenv("XDG_CACHE_HOME", "/x", 1);
  EXPECT_EQ(user_cache(), "/x");
  ::unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(user_cache(), "/h/.cache");
  ::unsetenv("HOME");
  EXPECT_EQ(user_cache(), std::filesystem::path(::getpwuid(::getuid())->pw_dir) / ".cache");
  ::setenv("HOME", home.c_str(), 1);
  if (!before.empty()) ::setenv("XDG_CACHE_HOME", before.c_str(), 1);
}

}  // namespace
}  // namespace reprtune
