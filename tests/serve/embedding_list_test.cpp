#include <reprtune/serve/embedding_list.h>

#include "refused.h"
#include "tiny_model.h"

#include <cmath>

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

const std::vector<float> kVectors = {3, 4, 12, 0, 0, -2};  // [2, 3]

TEST(EmbeddingList, CutsVectors) {
  EXPECT_EQ(cut_vectors(kVectors, 3, 3, true), kVectors);
  EXPECT_EQ(cut_vectors(kVectors, 3, 2, false), (std::vector<float>{3, 4, 0, 0}));
  EXPECT_EQ(cut_vectors(kVectors, 3, 2, true), (std::vector<float>{0.6F, 0.8F, 0, 0}));
}

TEST(EmbeddingList, NormalizesVectors) {
  EXPECT_EQ(normalized_vectors(kVectors, 3),
            (std::vector<float>{3.0F / 13, 4.0F / 13, 12.0F / 13, 0, 0, -1}));
}

TEST(EmbeddingList, WritesLists) {
  OutputText floats, bits;
  add_embedding_lists(floats, kVectors, 3, {EmbeddingType::float32, 3});
  EXPECT_EQ(floats.view(), "[[3,4,12],[0,0,-2]]");
  add_embedding_lists(bits, kVectors, 3, {EmbeddingType::ubinary, 3});
  EXPECT_EQ(bits.view(), "[[224],[0]]");
}

TEST(EmbeddingList, WritesBase64) {
  OutputText out;
  add_base64_embedding(out, std::vector<float>{1.0F, -2.5F});
  EXPECT_EQ(out.view(), "\"AACAPwAAIMA=\"");  // base64.b64encode(struct.pack("<ff", 1, -2.5))
}

TEST(EmbeddingList, RefusesWhatIsNotANumber) {
  EXPECT_EQ(refusal([] { require_numbers(std::vector<float>{1, 2}); }), "nothing");
  EXPECT_NE(refusal([] { require_numbers(std::vector<float>{1, NAN}); }), "nothing");
}

TEST(EmbeddingList, ChecksDimensionsAndRanges) {
  const auto model = tiny_embedder("tiny");
  EXPECT_EQ(checked_dimensions(std::nullopt, *model, "d"), 32U);
  EXPECT_EQ(checked_dimensions(1, *model, "d"), 1U);
  for (const std::int64_t wrong : {-1, 0, 33}) {
    EXPECT_EQ(refusal([&] { checked_dimensions(wrong, *model, "d"); }),
              "'d': expected from 1 to 32, found " + std::to_string(wrong));
  }
  EXPECT_EQ(
      refusal([&] { quantization_for(*model, EmbeddingType::int8, 32, "t"); }),
      "'t': int8 needs the ranges that finetuning saves, 'tiny' has none; expected float, binary or ubinary");
  EXPECT_EQ(quantization_for(*model, EmbeddingType::binary, 12, "t").width(), 2U);
}

}  // namespace
}  // namespace reprtune::serve
