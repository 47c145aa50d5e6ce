#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// The number format of an embedding's elements.
enum class EmbeddingType {
  float32,
  float16,  ///< IEEE 754 binary16, rounded to nearest, ties to even
  int8,     ///< 256 equal steps over the range of each element among the training embeddings, minus 128
  uint8,    ///< the same without the minus
  binary,   ///< one bit per element, set where it is positive, eight to a byte, first element highest; the
            ///< byte minus 128
  ubinary,  ///< the same without the minus
};

std::string_view embedding_type_name(EmbeddingType type);
/// Throws Error(usage) that lists the types there are.
EmbeddingType parse_embedding_type(std::string_view name);
std::vector<std::string> embedding_type_names();

/// Turns float32 embeddings into the bytes of another type, with the numbers of sentence-transformers'
/// quantize_embeddings. A value outside the ranges is clipped to the nearest step, as there.
class Quantization {
 public:
  /// `dimension`: H; `minimum`, `maximum`: [H] element ranges, used by int8 and uint8 only, empty when the
  /// model has none. Throws Error(usage) when the type needs ranges and there are none, Error(model) when
  /// their number is not H.
  Quantization(EmbeddingType type, std::size_t dimension, std::span<const float> minimum = {},
               std::span<const float> maximum = {});

  EmbeddingType type() const { return type_; }
  /// Values of a quantized row: H, for binary types H / 8 rounded up (the last bits are 0).
  std::size_t width() const;
  /// Bytes of one value.
  std::size_t value_size() const;

  /// vectors: [B, H] row-major, finite -> [B, width()] values, little-endian, end to end. Throws Error(usage)
  /// when a value does not fit float16.
  std::vector<std::uint8_t> operator()(std::span<const float> vectors) const;

 private:
  EmbeddingType type_;
  std::size_t dimension_;
  std::vector<float> starts_, steps_;  // [H]
};

/// The nearest binary16 number, ties to even; what is too large becomes infinity.
std::uint16_t float16_bits(float value);
/// The value of binary16 bits, exactly.
float float16_value(std::uint16_t bits);

}  // namespace reprtune
