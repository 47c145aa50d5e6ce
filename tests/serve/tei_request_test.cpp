#include <reprtune/serve/tei_request.h>

#include "refused.h"

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(TeiRequest, ReadsEmbedRequests) {
  const auto plain = parse_tei_embed(R"({"inputs": "a"})");
  EXPECT_EQ(plain.inputs, (std::vector<std::string>{"a"}));
  EXPECT_EQ(plain.truncation, Truncation::none);
  EXPECT_TRUE(plain.normalize);
  const auto cut = parse_tei_embed(R"({"inputs": ["a", "b"], "truncate": true, "normalize": false})");
  EXPECT_EQ(cut.truncation, Truncation::end);
  EXPECT_FALSE(cut.normalize);
  EXPECT_EQ(
      parse_tei_embed(R"({"inputs": "a", "truncate": true, "truncation_direction": "Left"})").truncation,
      Truncation::start);
  EXPECT_EQ(parse_tei_embed(R"({"inputs": "a", "truncation_direction": "Left"})").truncation,
            Truncation::none);
}

TEST(TeiRequest, TellsATextFromABatch) {
  EXPECT_FALSE(parse_tei_predict(R"({"inputs": "a"})").is_batch);
  EXPECT_FALSE(parse_tei_predict(R"({"inputs": ["a"]})").is_batch);
  const auto batch = parse_tei_predict(R"({"inputs": [["a"], ["b"]]})");
  EXPECT_TRUE(batch.is_batch);
  EXPECT_EQ(batch.inputs, (std::vector<std::string>{"a", "b"}));
  for (const char* body :
       {R"({"inputs": ["a", "b"]})", R"({"inputs": [["a", "b"]]})", R"({"inputs": [["a"], "b"]})",
        R"({"inputs": {"a": "b"}})", R"({"inputs": [[]]})", R"({})"}) {
    EXPECT_NE(refusal([&] { parse_tei_predict(body); }), "nothing") << body;
  }
}

}  // namespace
}  // namespace reprtune::serve
