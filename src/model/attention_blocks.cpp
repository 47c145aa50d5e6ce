#include "attention_blocks.h"

#include <vector>

#include <ATen/ATen.h>

namespace reprtune {

at::Tensor attend_by_blocks(const EncoderConfig& config, const at::Tensor& qkv, const PackedBatch& batch,
                            const AttendBlock& attend) {
  const std::int64_t A = config.heads;
  const std::int64_t D = config.head_size();
  std::vector<std::int64_t> group_tokens;
  for (const auto& group : batch.groups) group_tokens.push_back(group.rows * group.length);
  std::vector<at::Tensor> outputs;
  const auto blocks = at::split_with_sizes(qkv, group_tokens);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::int64_t rows = batch.groups[i].rows;
    const std::int64_t T = batch.groups[i].length;
    const auto heads = blocks[i].view({rows, T, 3, A, D}).permute({2, 0, 3, 1, 4}).unbind(0);
    outputs.push_back(attend(heads[0], heads[1], heads[2]).transpose(1, 2).reshape({rows * T, A * D}));
  }
  return outputs.size() == 1 ? outputs.front() : at::cat(outputs);
}

}  // namespace reprtune
