#include <reprtune/serve/json_request.h>

#include "refused.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

std::string parse_refusal(const std::string& body) {
  return refusal([&] { parse_request(body); });
}

TEST(JsonRequest, IsAnObject) {
  EXPECT_EQ(parse_request("{\"a\": 1}")["a"], 1);
  EXPECT_EQ(parse_refusal(""), "expected a JSON object, found an empty body");
  EXPECT_EQ(parse_refusal("[]"), "expected a JSON object, found a list");
  EXPECT_EQ(parse_refusal("7"), "expected a JSON object, found 7");
  EXPECT_EQ(parse_refusal("{\"a\":}"), "the body is not valid JSON at byte 6");
  EXPECT_EQ(parse_refusal("{\"a\": \"\xff\"}"), "the body is not valid JSON at byte 8");
  EXPECT_EQ(parse_refusal("{\"a\": 1e999}"), "the body has a number that is too large");
}

TEST(JsonRequest, IsNotNestedDeeply) {
  EXPECT_EQ(parse_refusal(std::string(1'000'000, '[')), "the body is nested deeper than 8 levels");
  EXPECT_EQ(parse_refusal("{\"a\": [[[[\"b\"]]]]}"), "nothing");
}

TEST(JsonRequest, HasMembersOfTheirTypes) {
  const auto object = parse_request(
      R"({"text": "a", "flag": true, "whole": 3, "texts": ["a", "b"], "null": null, "choice": "END"})");
  EXPECT_EQ(text_member(object, "text"), "a");
  EXPECT_EQ(text_member(object, "absent"), std::nullopt);
  EXPECT_EQ(text_member(object, "null"), std::nullopt);
  EXPECT_TRUE(flag_member(object, "flag", false));
  EXPECT_TRUE(flag_member(object, "null", true));
  EXPECT_EQ(whole_member(object, "whole"), 3);
  EXPECT_EQ(texts_member(object, "texts"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(text_or_texts_member(object, "text"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(choice_member(object, "choice", {"START", "END"}, 0), 1U);
  EXPECT_EQ(choice_member(object, "absent", {"START", "END"}, 0), 0U);
}

TEST(JsonRequest, NamesAMemberOfAnotherType) {
  const auto object = parse_request(R"({"a": [1], "b": 18446744073709551615, "c": "x"})");
  EXPECT_EQ(refusal([&] { text_member(object, "a"); }), "'a': expected a text, found a list");
  EXPECT_EQ(refusal([&] { texts_member(object, "a"); }), "'a': expected texts, at [0], found 1");
  EXPECT_EQ(refusal([&] { flag_member(object, "c", true); }), "'c': expected true or false, found \"x\"");
  EXPECT_EQ(refusal([&] { whole_member(object, "b"); }),
            "'b': expected a whole number, found 18446744073709551615");
  EXPECT_EQ(refusal([&] {
              choice_member(object, "c", {"y", "z"}, 0);
            }),
            "'c': expected one of y, z, found \"x\"");
}

}  // namespace
}  // namespace reprtune::serve
