#pragma once

#include <reprtune/infer/output_text.h>
#include <reprtune/infer/quantization.h>
#include <reprtune/serve/served_model.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace reprtune::serve {

/// The first `dimensions` elements of vectors [B, H], of length 1 again with `normalize`. // [B, dimensions]
std::vector<float> cut_vectors(std::span<const float> vectors, std::size_t H, std::size_t dimensions,
                               bool normalize);

/// Vectors [B, H] divided by their lengths.
std::vector<float> normalized_vectors(std::span<const float> vectors, std::size_t H);

/// How vectors of the model, cut to `dimensions`, become numbers of a type. Throws ApiError(unfit_model) for
/// a type of 8-bit integers when the model has no ranges for it, ApiError(malformed) when the vectors are
/// cut: the ranges are those of whole ones.
Quantization quantization_for(const ServedModel& model, EmbeddingType type, std::size_t dimensions,
                              const char* parameter);

/// Adds "[[...],[...]]", a list for each of vectors [B, H].
void add_embedding_lists(OutputText& out, std::span<const float> vectors, std::size_t H,
                         const Quantization& quantization);

/// Base64 of the little-endian float32 values of one vector, in quotes.
void add_base64_embedding(OutputText& out, std::span<const float> vector);

/// Throws ApiError(unfit_model) for a value that is not a number.
void require_numbers(std::span<const float> vectors);

/// The whole number from 1 to H that a request asks for, H when it does not. Throws ApiError(malformed).
std::size_t checked_dimensions(std::optional<std::int64_t> asked, const ServedModel& model,
                               const char* parameter);

}  // namespace reprtune::serve
