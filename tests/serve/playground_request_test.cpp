#include <reprtune/serve/playground_request.h>

#include "refused.h"

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(PlaygroundRequest, HasAModelAndTexts) {
  const auto request = parse_playground(R"({"model": "m", "texts": ["a", "b"]})");
  EXPECT_EQ(request.model, "m");
  EXPECT_EQ(request.texts, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(parse_playground("{}").texts.empty());
  EXPECT_EQ(refusal([] { parse_playground(R"({"texts": [1]})"); }),
            "'texts': expected texts, at [0], found 1");
}

}  // namespace
}  // namespace reprtune::serve
