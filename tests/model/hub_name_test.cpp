#include <reprtune/model/hub_name.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(HubName, WithARevisionAndWithout) {
  const auto plain = parse_hub_name("org/name-1.5_x");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->id, "org/name-1.5_x");
  EXPECT_EQ(plain->revision, "main");
  EXPECT_EQ(plain->text(), "org/name-1.5_x");
  const auto revised = parse_hub_name("org/name@refs/pr/1");
  ASSERT_TRUE(revised);
  EXPECT_EQ(revised->revision, "refs/pr/1");
  EXPECT_EQ(revised->text(), "org/name@refs/pr/1");
}

TEST(HubName, WhatIsNone) {
  for (const char* name :
       {"", "name", "org/", "/name", "org/name/x", "../name", "org/..", "org/.name", "org/na me", "org/name@",
        "org/name@/x", "org/name@a/../b", "org/name@a//b", "org/name@a/", "org/name@.", "org/name@a b",
        "org/n\xc3\xa4me", "~/name", "https://host/name"})
    EXPECT_EQ(parse_hub_name(name), std::nullopt) << name;
}

}  // namespace
}  // namespace reprtune
