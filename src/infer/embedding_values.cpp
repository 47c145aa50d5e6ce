#include <reprtune/infer/embedding_values.h>

#include <cstddef>
#include <cstring>

namespace reprtune {
namespace {

template <typename Value>
Value value_at(std::span<const std::uint8_t> bytes, std::size_t index) {
  Value value;
  std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
  return value;
}

}  // namespace

void add_embedding_values(OutputText& out, std::span<const std::uint8_t> values,
                          const Quantization& quantization) {
  for (std::size_t i = 0; i < quantization.width(); ++i) {
    if (i > 0) out.add(',');
    switch (quantization.type()) {
      case EmbeddingType::float32:
        out.add_number(value_at<float>(values, i));
        break;
      case EmbeddingType::float16:
        out.add_number(float16_value(value_at<std::uint16_t>(values, i)));
        break;
      case EmbeddingType::int8:
      case EmbeddingType::binary:
        out.add_integer(value_at<std::int8_t>(values, i));
        break;
      case EmbeddingType::uint8:
      case EmbeddingType::ubinary:
        out.add_integer(value_at<std::uint8_t>(values, i));
        break;
    }
  }
}

}  // namespace reprtune
