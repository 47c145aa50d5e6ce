#pragma once

#include <reprtune/infer/output_text.h>
#include <reprtune/infer/quantization.h>

#include <cstdint>
#include <span>

namespace reprtune {

/// Adds the values of one quantized row as numbers with commas between them: float types as the shortest
/// decimal numbers that read back as the same float, the others as integers. `values`: the row's bytes,
/// quantization.width() values.
void add_embedding_values(OutputText& out, std::span<const std::uint8_t> values,
                          const Quantization& quantization);

}  // namespace reprtune
