#include <reprtune/io/json_text.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

TEST(JsonText, TakesAnyBytes) {
  EXPECT_EQ(json_text(nlohmann::json{{"b", 1}, {"a", "caf\xe9"}}), "{\"a\":\"caf\xef\xbf\xbd\",\"b\":1}");
  EXPECT_EQ(json_text(nlohmann::ordered_json{{"b", "\xc3\xa9"}, {"a", 1}}), "{\"b\":\"\xc3\xa9\",\"a\":1}");
}

TEST(JsonText, IsIndentedWhenAsked) {
  EXPECT_EQ(json_text(nlohmann::json{{"a", {1}}}, 2), "{\n  \"a\": [\n    1\n  ]\n}");
}

}  // namespace
}  // namespace reprtune
