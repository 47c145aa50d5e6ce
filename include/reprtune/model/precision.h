#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The number format of the encoder's matrix products and activations. Weights are kept, trained and saved in
/// float32.
enum class Precision {
  automatic,  ///< bfloat16 where the processor multiplies it in hardware, else int16 where that is faster
              ///< than float32: with avx512_vnni, or AVX2 alone
  float32,
  bfloat16,
  int16,  ///< products of 16-bit integers between activations in float32; on the CPU only
  int8,   ///< products of 8-bit integers between activations in bfloat16; inference on the CPU only
};

/// "auto", "float32", "bfloat16", "int16", "int8".
const std::vector<std::string>& precision_names();
const std::string& precision_name(Precision precision);

/// Whether this processor has bfloat16 multiply units (avx512_bf16 or amx_bf16). Without them bfloat16 is
/// slower.
bool has_fast_bfloat16();

/// Whether libtorch has packed products of this type for this processor: of bfloat16 only with AVX-512.
bool has_packed_products(at::ScalarType type);

/// Turns `automatic` into the precision this machine should use on `device`. Throws Error(usage) for
/// integers on another device than the CPU.
Precision resolve_precision(Precision precision, const at::Device& device);

/// The element type of activations for a resolved precision.
at::ScalarType compute_type(Precision precision);

}  // namespace reprtune
