#include <reprtune/infer/quantization.h>
#include <reprtune/io/error.h>

#include "name_table.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>

namespace reprtune {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they lie in memory");

constexpr Named<EmbeddingType> kTypes[] = {
    {EmbeddingType::float32, "float32"}, {EmbeddingType::float16, "float16"},
    {EmbeddingType::int8, "int8"},       {EmbeddingType::uint8, "uint8"},
    {EmbeddingType::binary, "binary"},   {EmbeddingType::ubinary, "ubinary"}};

constexpr unsigned kSignFlip = 0x80;  // adding or subtracting 128 modulo 256
constexpr float kLastStep = 255;
constexpr std::uint16_t kFloat16Infinity = 0x7c00;

bool is_scalar(EmbeddingType type) { return type == EmbeddingType::int8 || type == EmbeddingType::uint8; }
bool is_binary(EmbeddingType type) { return type == EmbeddingType::binary || type == EmbeddingType::ubinary; }
bool is_signed(EmbeddingType type) { return type == EmbeddingType::int8 || type == EmbeddingType::binary; }

/// In single precision throughout, as numpy computes it: a double would put a value next to a step's edge
/// elsewhere.
std::uint8_t scalar_step(float value, float start, float step) {
  return static_cast<std::uint8_t>(std::clamp(std::floor((value - start) / step), 0.0f, kLastStep));
}

std::uint16_t checked_float16(float value) {
  const std::uint16_t bits = float16_bits(value);
  if ((bits & kFloat16Infinity) == kFloat16Infinity) {
    throw Error(ErrorKind::usage, "float16: expected embeddings within -65504..65504, found " +
                                      std::to_string(value) + " (choose float32)");
  }
  return bits;
}

}  // namespace

std::string_view embedding_type_name(EmbeddingType type) { return name_in(kTypes, type); }
EmbeddingType parse_embedding_type(std::string_view name) { return parse_name(kTypes, "type", name); }
std::vector<std::string> embedding_type_names() { return names_in(kTypes); }

Quantization::Quantization(EmbeddingType type, std::size_t dimension, std::span<const float> minimum,
                           std::span<const float> maximum)
    : type_(type), dimension_(dimension) {
  if (!is_scalar(type)) return;
  const std::string name(embedding_type_name(type));
  if (minimum.empty() && maximum.empty()) {
    throw Error(ErrorKind::usage,
                name +
                    " needs the value ranges that finetuning saves, and this model has none: "
                    "finetune it first, or choose float32, float16, binary or ubinary");
  }
  if (minimum.size() != dimension || maximum.size() != dimension) {
    throw Error(ErrorKind::model, name + ": expected value ranges for " + std::to_string(dimension) +
                                      " dimensions, found " + std::to_string(minimum.size()) + " and " +
                                      std::to_string(maximum.size()));
  }
  starts_.assign(minimum.begin(), minimum.end());
  for (std::size_t i = 0; i < dimension; ++i) {
    const float step = (maximum[i] - minimum[i]) / kLastStep;
    steps_.push_back(step == 0 ? 1.0f : step);
  }
}

std::size_t Quantization::width() const { return is_binary(type_) ? (dimension_ + 7) / 8 : dimension_; }

std::size_t Quantization::value_size() const {
  if (type_ == EmbeddingType::float32) return sizeof(float);
  return type_ == EmbeddingType::float16 ? sizeof(std::uint16_t) : 1;
}

std::vector<std::uint8_t> Quantization::operator()(std::span<const float> vectors) const {
  assert(vectors.size() % dimension_ == 0);
  const std::size_t rows = vectors.size() / dimension_;
  std::vector<std::uint8_t> bytes(rows * width() * value_size());
  const unsigned flip = is_signed(type_) ? kSignFlip : 0;
  if (type_ == EmbeddingType::float32) {
    std::memcpy(bytes.data(), vectors.data(), bytes.size());
  } else if (type_ == EmbeddingType::float16) {
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      const std::uint16_t bits = checked_float16(vectors[i]);
      std::memcpy(&bytes[i * sizeof bits], &bits, sizeof bits);
    }
  } else if (is_scalar(type_)) {
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      const std::size_t element = i % dimension_;
      bytes[i] = static_cast<std::uint8_t>(scalar_step(vectors[i], starts_[element], steps_[element]) ^ flip);
    }
  } else {
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      const std::size_t element = i % dimension_;
      std::uint8_t& byte = bytes[i / dimension_ * width() + element / 8];
      if (vectors[i] > 0) byte = static_cast<std::uint8_t>(byte | (0x80u >> (element % 8)));
    }
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(byte ^ flip);
  }
  return bytes;
}

std::uint16_t float16_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);   // not a number
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);  // from 65520: infinity
  if (magnitude < 0x38800000u) {                                                    // below 2^-14: subnormal
    // Adding 2^-1 leaves the subnormal's 10 bits at the end of the fraction, rounded by the processor to
    // nearest even.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u));
  }
  // The exponent's bias goes from 127 to 15, the fraction from 23 bits to 10; a carry into the exponent is
  // right as it is.
  const std::uint32_t odd = (magnitude >> 13) & 1u;
  const std::uint32_t rounded = magnitude - ((127u - 15u) << 23) + 0xfffu + odd;
  return static_cast<std::uint16_t>(sign | (rounded >> 13));
}

float float16_value(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1fu;
  const std::uint32_t fraction = bits & 0x3ffu;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  const std::uint32_t wide_exponent = exponent == 0x1fu ? 0xffu : exponent + (127u - 15u);
  return std::bit_cast<float>(sign | (wide_exponent << 23) | (fraction << 13));
}

}  // namespace reprtune
