#pragma once

#include <reprtune/model/encoder_config.h>
#include <reprtune/model/packed_batch.h>

#include <functional>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Attention of one block: queries, keys and values [rows, A, T, D] -> [rows, A, T, D].
using AttendBlock = std::function<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&)>;

/// Self-attention over packed rows, one block of equally long rows at a time: cuts qkv [N, 3H] into queries,
/// keys and values, calls attend(q, k, v), and puts the results together as [N, H].
at::Tensor attend_by_blocks(const EncoderConfig& config, const at::Tensor& qkv, const PackedBatch& batch,
                            const AttendBlock& attend);

}  // namespace reprtune
