#include <reprtune/infer/quantization.h>
#include <reprtune/io/error.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

/// Made by make_quantization_golden.py.
nlohmann::json golden() {
  std::ifstream stream(std::filesystem::path(REPRTUNE_SOURCE_DIR) / "tests/infer/quantization_golden.json");
  return nlohmann::json::parse(stream);
}

std::vector<int> quantized(const nlohmann::json& numbers, const std::string& type) {
  const auto minimum = numbers["minimum"].get<std::vector<float>>();
  const auto maximum = numbers["maximum"].get<std::vector<float>>();
  const Quantization quantization(parse_embedding_type(type), numbers["dimension"].get<std::size_t>(),
                                  minimum, maximum);
  const bool is_signed = type == "int8" || type == "binary";
  std::vector<int> values;
  for (const std::uint8_t byte : quantization(numbers["embeddings"].get<std::vector<float>>())) {
    values.push_back(is_signed ? static_cast<std::int8_t>(byte) : byte);
  }
  return values;
}

TEST(EmbeddingType, NamesAndParsesEveryType) {
  const std::vector<std::string> names = embedding_type_names();
  EXPECT_EQ(names, (std::vector<std::string>{"float32", "float16", "int8", "uint8", "binary", "ubinary"}));
  for (const std::string& name : names) EXPECT_EQ(embedding_type_name(parse_embedding_type(name)), name);
  EXPECT_THROW(parse_embedding_type("float64"), Error);
}

TEST(Quantization, AgreesWithSentenceTransformers) {
  const nlohmann::json numbers = golden();
  for (const char* type : {"int8", "uint8", "binary", "ubinary"}) {
    EXPECT_EQ(quantized(numbers, type), numbers[type].get<std::vector<int>>()) << type;
  }
}

TEST(Quantization, EndsOfTheRangeAreTheEndsOfTheSteps) {
  const std::vector<float> minimum = {-128, 0}, maximum = {127, 255};  // steps of 1
  const std::vector<float> vectors = {-128, 0, 127, 255, -999, -9, 999, 999, -0.5f, 127.5f};
  EXPECT_EQ(Quantization(EmbeddingType::uint8, 2, minimum, maximum)(vectors),
            (std::vector<std::uint8_t>{0, 0, 255, 255, 0, 0, 255, 255, 127, 127}));
  EXPECT_EQ(Quantization(EmbeddingType::int8, 2, minimum, maximum)(vectors),
            (std::vector<std::uint8_t>{0x80, 0x80, 127, 127, 0x80, 0x80, 127, 127, 0xff, 0xff}));
}

TEST(Quantization, BinaryPacksTheFirstElementHighest) {
  const std::vector<float> vector = {1, -1, 0, 1, 0, 0, 0, 1e-30f, 1};
  const Quantization quantization(EmbeddingType::ubinary, 9);
  EXPECT_EQ(quantization.width(), 2u);
  EXPECT_EQ(quantization(vector), (std::vector<std::uint8_t>{0b10010001, 0b10000000}));
  EXPECT_EQ(Quantization(EmbeddingType::binary, 9)(vector), (std::vector<std::uint8_t>{0b00010001, 0}));
}

TEST(Quantization, FloatsKeepTheirBytes) {
  const std::vector<float> vectors = {0.1f, -2, 65504, 1e-20f};
  const std::vector<std::uint8_t> whole = Quantization(EmbeddingType::float32, 2)(vectors);
  ASSERT_EQ(whole.size(), sizeof(float) * vectors.size());
  EXPECT_EQ(std::memcmp(whole.data(), vectors.data(), whole.size()), 0);
  EXPECT_EQ(Quantization(EmbeddingType::float16, 2)(vectors),
            (std::vector<std::uint8_t>{0x66, 0x2e, 0x00, 0xc0, 0xff, 0x7b, 0x00, 0x00}));
}

TEST(Quantization, Float16RefusesWhatDoesNotFit) {
  const std::vector<float> vectors = {1, 65520};
  try {
    Quantization(EmbeddingType::float16, 2)(vectors);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_STREQ(error.what(),
                 "float16: expected embeddings within -65504..65504, found 65520.000000 (choose float32)");
  }
}

TEST(Quantization, NeedsRanges) {
  try {
    Quantization(EmbeddingType::int8, 4);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_STREQ(
        error.what(),
        "int8 needs the value ranges that finetuning saves, and this model has none: finetune it first, or "
        "choose float32, float16, binary or ubinary");
  }
  const std::vector<float> three(3);
  try {
    Quantization(EmbeddingType::uint8, 4, three, three);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
  }
}

TEST(Float16, AgreesWithNumpy) {
  const nlohmann::json numbers = golden()["float16"];
  const auto inputs = numbers["float32_bits"].get<std::vector<std::uint32_t>>();
  const auto outputs = numbers["float16_bits"].get<std::vector<std::uint16_t>>();
  ASSERT_EQ(inputs.size(), outputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const float value = std::bit_cast<float>(inputs[i]);
    EXPECT_EQ(float16_bits(value), outputs[i]) << value;
  }
}

TEST(Float16, EveryNumberReadsBack) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = float16_value(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(float16_value(float16_bits(value))));
    } else {
      ASSERT_EQ(float16_bits(value), bits);
    }
  }
}

TEST(Float16, RoundsToTheNearestWithTiesToEven) {
  for (std::uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const float low = float16_value(static_cast<std::uint16_t>(bits));
    const float high = float16_value(static_cast<std::uint16_t>(bits + 1));
    const float middle = low + (high - low) / 2;  // exact: float32 has the bit more
    ASSERT_EQ(float16_bits(middle), bits + bits % 2);
    ASSERT_EQ(float16_bits(std::nextafter(middle, low)), bits);
    ASSERT_EQ(float16_bits(std::nextafter(middle, high)), bits + 1);
    ASSERT_EQ(float16_bits(-middle), 0x8000u | (bits + bits % 2));
  }
}

}  // namespace
}  // namespace reprtune
