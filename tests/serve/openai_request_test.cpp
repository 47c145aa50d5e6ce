#include <reprtune/serve/openai_request.h>

#include "refused.h"

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(OpenaiRequest, ReadsEmbeddingRequests) {
  const auto one = parse_openai_embedding(R"({"input": "a", "model": "m"})");
  EXPECT_EQ(one.input, (std::vector<std::string>{"a"}));
  EXPECT_EQ(one.model, "m");
  EXPECT_FALSE(one.base64);
  const auto two = parse_openai_embedding(
      R"({"input": ["a", "b"], "encoding_format": "base64", "dimensions": 3, "user": "u"})");
  EXPECT_EQ(two.input.size(), 2U);
  EXPECT_TRUE(two.base64);
  EXPECT_EQ(two.dimensions, 3);
}

TEST(OpenaiRequest, RefusesTokenIds) {
  const std::string expected =
      "'input': expected texts, found token ids, which are those of another tokenizer (LangChain: "
      "check_embedding_ctx_length=False)";
  EXPECT_EQ(refusal([] { parse_openai_embedding(R"({"input": [1, 2]})"); }), expected);
  EXPECT_EQ(refusal([] { parse_openai_embedding(R"({"input": [[1, 2]]})"); }), expected);
}

}  // namespace
}  // namespace reprtune::serve
