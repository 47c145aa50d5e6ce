#include <reprtune/serve/prometheus_metrics.h>
#include <reprtune/serve/text_embedder.h>

#include "tiny_model.h"

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(TextEmbedder, ComputesEqualTextsOfARequestOnce) {
  const auto model = tiny_embedder("tiny");
  PrometheusMetrics metrics;
  TextEmbedder embedder({}, {.batch_tokens = 8}, metrics);
  const EmbeddedTexts two = embedder.embed(*model, {"my parcel", "a card"}, {}, "texts");
  ASSERT_EQ(two.vectors.size(), 64U);
  std::vector<std::string> texts;
  std::vector<float> expected;
  for (int i = 0; i < 500; ++i) {
    texts.insert(texts.end(), {"a card", "my parcel"});
    expected.insert(expected.end(), two.vectors.begin() + 32, two.vectors.end());
    expected.insert(expected.end(), two.vectors.begin(), two.vectors.begin() + 32);
  }
  const EmbeddedTexts all = embedder.embed(*model, texts, {}, "texts");
  ASSERT_EQ(all.vectors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(all.vectors[i], expected[i], 1e-6);
  EXPECT_EQ(all.tokens, 500 * two.tokens);
  // Both requests had the same two texts computed.
  EXPECT_NE(metrics.text(0).find("reprtune_batch_tokens_total " + std::to_string(2 * two.tokens) + "\n"),
            std::string::npos);
}

}  // namespace
}  // namespace reprtune::serve
