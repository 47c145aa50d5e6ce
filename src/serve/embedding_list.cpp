#include <reprtune/infer/embedding_values.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/base64.h>
#include <reprtune/serve/embedding_list.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace reprtune::serve {

std::vector<float> normalized_vectors(std::span<const float> vectors, std::size_t H) {
  constexpr double kLeastLength = 1e-12;  // as l2_normalize()
  std::vector<float> result(vectors.begin(), vectors.end());
  for (std::size_t begin = 0; begin < result.size(); begin += H) {
    const auto row = std::span(result).subspan(begin, H);
    double squares = 0;
    for (const float value : row) squares += static_cast<double>(value) * value;
    const double length = std::max(std::sqrt(squares), kLeastLength);
    for (float& value : row) value = static_cast<float>(value / length);
  }
  return result;
}

std::vector<float> cut_vectors(std::span<const float> vectors, std::size_t H, std::size_t dimensions,
                               bool normalize) {
  if (dimensions == H) return {vectors.begin(), vectors.end()};
  std::vector<float> result;
  result.reserve(vectors.size() / H * dimensions);
  for (std::size_t begin = 0; begin < vectors.size(); begin += H) {
    const auto row = vectors.subspan(begin, dimensions);
    result.insert(result.end(), row.begin(), row.end());
  }
  return normalize ? normalized_vectors(result, dimensions) : result;
}

Quantization quantization_for(const ServedModel& model, EmbeddingType type, std::size_t dimensions,
                              const char* parameter) {
  const bool needs_ranges = type == EmbeddingType::int8 || type == EmbeddingType::uint8;
  if (!needs_ranges) return {type, dimensions};
  const std::string name(embedding_type_name(type));
  const auto& ranges = model.model().quantization_ranges();
  if (!ranges) {
    throw ApiError(ErrorCause::unfit_model,
                   "'" + std::string(parameter) + "': " + name +
                       " needs the ranges that finetuning saves, '" + model.name() +
                       "' has none; expected float, binary or ubinary",
                   parameter);
  }
  if (dimensions != ranges->minimum.size()) {
    throw ApiError(ErrorCause::malformed,
                   "'" + std::string(parameter) + "': " + name +
                       " is for whole vectors, expected no dimensions or another type",
                   parameter);
  }
  return {type, dimensions, ranges->minimum, ranges->maximum};
}

void add_embedding_lists(OutputText& out, std::span<const float> vectors, std::size_t H,
                         const Quantization& quantization) {
  const auto bytes = quantization(vectors);
  const std::size_t rows = vectors.size() / H;
  const std::size_t row_bytes = quantization.width() * quantization.value_size();
  out.add('[');
  for (std::size_t row = 0; row < rows; ++row) {
    out.add(row == 0 ? "[" : ",[");
    add_embedding_values(out, std::span(bytes).subspan(row * row_bytes, row_bytes), quantization);
    out.add(']');
  }
  out.add(']');
}

void add_base64_embedding(OutputText& out, std::span<const float> vector) {
  const auto bytes = Quantization(EmbeddingType::float32, vector.size())(vector);
  out.add('"').add(base64(bytes)).add('"');
}

void require_numbers(std::span<const float> vectors) {
  if (std::ranges::all_of(vectors, [](float value) { return std::isfinite(value); })) return;
  throw ApiError(ErrorCause::unfit_model,
                 "expected vectors, found a value that is not a number: the model's weights are damaged");
}

std::size_t checked_dimensions(std::optional<std::int64_t> asked, const ServedModel& model,
                               const char* parameter) {
  const std::int64_t H = model.model().hidden_size();
  if (asked && (*asked < 1 || *asked > H)) {
    throw ApiError(ErrorCause::malformed,
                   "'" + std::string(parameter) + "': expected from 1 to " + std::to_string(H) + ", found " +
                       std::to_string(*asked),
                   parameter);
  }
  return static_cast<std::size_t>(asked.value_or(H));
}

}  // namespace reprtune::serve
