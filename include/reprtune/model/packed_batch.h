#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Rows that stand end to end without padding, sorted by length. Rows of one length form a group, so that
/// attention sees plain [rows, length] blocks and needs no mask. N tokens in all.
struct PackedBatch {
  struct Group {
    std::int64_t first_token = 0;
    std::int64_t rows = 0;
    std::int64_t length = 0;
  };

  at::Tensor ids;                     // [N] int64
  at::Tensor positions;               // [N] int64, from 0 within each row
  std::vector<Group> groups;          // ascending length
  std::vector<std::int64_t> offsets;  // [B + 1] first token of each packed row, then N
  std::vector<std::int64_t> order;    // [B] packed place -> index of the row as it was given

  std::int64_t tokens() const { return ids.defined() ? ids.size(0) : 0; }
  std::int64_t rows() const { return static_cast<std::int64_t>(order.size()); }
};

/// Packs token ids; every row must have at least one token. Rows of equal length keep their order.
PackedBatch pack(std::span<const std::vector<std::int32_t>> rows);
/// The same for the rows `ids[indices[0]], ids[indices[1]], ...`.
PackedBatch pack(std::span<const std::vector<std::int32_t>> ids, std::span<const std::size_t> indices);

}  // namespace reprtune
