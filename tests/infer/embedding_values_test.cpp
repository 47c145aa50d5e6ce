#include <reprtune/infer/embedding_values.h>

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

template <typename Value>
std::string written(EmbeddingType type, std::size_t dimension, const std::vector<Value>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(Value));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  const std::vector<float> low(dimension, -1), high(dimension, 1);
  OutputText out;
  add_embedding_values(out, bytes, Quantization(type, dimension, low, high));
  return std::string(out.view());
}

TEST(EmbeddingValues, FloatsAreTheShortestNumbersThatReadBack) {
  EXPECT_EQ(written<float>(EmbeddingType::float32, 3, {0.1F, -2, 1.0F / 3}), "0.1,-2,0.33333334");
  EXPECT_EQ(written<std::uint16_t>(EmbeddingType::float16, 3, {0x3C00, 0xB800, 0x0000}), "1,-0.5,0");
}

TEST(EmbeddingValues, BytesAreIntegersWithTheSignOfTheirType) {
  EXPECT_EQ(written<std::uint8_t>(EmbeddingType::int8, 3, {0x80, 0xFF, 0x7F}), "-128,-1,127");
  EXPECT_EQ(written<std::uint8_t>(EmbeddingType::uint8, 3, {0x80, 0xFF, 0x00}), "128,255,0");
}

TEST(EmbeddingValues, EightBitsAreOneNumber) {
  EXPECT_EQ(written<std::uint8_t>(EmbeddingType::binary, 16, {0x80, 0x01}), "-128,1");
  EXPECT_EQ(written<std::uint8_t>(EmbeddingType::ubinary, 16, {0x80, 0x01}), "128,1");
}

}  // namespace
}  // namespace reprtune
