#include <reprtune/serve/api_key.h>

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(ApiKey, IsCarriedAsABearerToken) {
  for (const char* right : {"Bearer s3cret", "bearer s3cret", "BEARER s3cret"})
    EXPECT_TRUE(carries_key(right, "s3cret")) << right;
  for (const char* wrong : {"", "s3cret", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crets",
                            "Bearer S3cret", "Bearer s3crets3cret", "Basic s3cret"})
    EXPECT_FALSE(carries_key(wrong, "s3cret")) << wrong;
}

TEST(ApiKey, IsComparedWhole) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time("a", ""));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
  EXPECT_FALSE(equal_in_constant_time("aa", "a"));
  EXPECT_FALSE(equal_in_constant_time("ab", "aa"));
  EXPECT_TRUE(equal_in_constant_time("ab", "ab"));
}

}  // namespace
}  // namespace reprtune::serve
