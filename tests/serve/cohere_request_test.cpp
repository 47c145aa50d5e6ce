#include <reprtune/serve/cohere_request.h>

#include "refused.h"

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(CohereRequest, ReadsEmbedRequests) {
  const auto plain = parse_cohere_embed(R"({"texts": ["a"]})", CohereVersion::v1);
  EXPECT_EQ(plain.texts, (std::vector<std::string>{"a"}));
  EXPECT_EQ(plain.model, std::nullopt);
  EXPECT_FALSE(plain.by_type);
  EXPECT_EQ(plain.truncation, Truncation::end);
  const auto full = parse_cohere_embed(
      R"({"model": "m", "texts": ["a"], "input_type": "search_query", "embedding_types": ["int8", "base64"],
          "truncate": "START", "output_dimension": 8, "unknown": 1})",
      CohereVersion::v1);
  EXPECT_EQ(full.model, "m");
  EXPECT_EQ(full.input_type, "search_query");
  EXPECT_TRUE(full.by_type);
  EXPECT_EQ(full.types, (std::vector<CohereType>{CohereType::int8, CohereType::base64}));
  EXPECT_EQ(full.truncation, Truncation::start);
  EXPECT_EQ(full.dimensions, 8);
}

TEST(CohereRequest, AnswersByTypeInVersionTwo) {
  const auto request = parse_cohere_embed(R"({"texts": ["a"]})", CohereVersion::v2);
  EXPECT_TRUE(request.by_type);
  EXPECT_EQ(request.types, (std::vector<CohereType>{CohereType::float32}));
}

TEST(CohereRequest, RefusesWhatItCannotDo) {
  const auto embed = [](const char* body) {
    return refusal([&] { parse_cohere_embed(body, CohereVersion::v2); });
  };
  EXPECT_EQ(embed(R"({"texts": ["a"], "embedding_types": ["int4"]})"),
            "'embedding_types': expected float, int8, uint8, binary, ubinary or base64, found \"int4\"");
  EXPECT_EQ(embed(R"({"texts": ["a"], "embedding_types": ["float", "int8", "float"]})"),
            "'embedding_types': expected no type twice, found \"float\"");
  EXPECT_EQ(embed(R"({"texts": ["a"], "input_type": "image"})"),
            "'input_type': expected a use of texts, found \"image\"");
  EXPECT_EQ(embed(R"({"images": []})"),
            "'images': expected no such member ('texts' is what is embedded), found a list");
  EXPECT_EQ(
      refusal([] { parse_cohere_classify(R"({"inputs": ["a"], "examples": [{"text": "a"}]})"); }),
      "'examples': expected none, since the model has been finetuned on examples of its own, found a list");
  EXPECT_EQ(parse_cohere_classify(R"({"inputs": ["a", "b"], "examples": []})").inputs.size(), 2U);
}

}  // namespace
}  // namespace reprtune::serve
