#pragma once

#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/layer_norm.h>
#include <reprtune/model/embedding_tables.h>
#include <reprtune/model/packed_batch.h>

#include <string>

namespace reprtune {

/// What the kernels take, from what the encoder has. The tensors must outlive the result.
kernels::LayerNorm kernel_norm(const LayerNorm& norm);
kernels::Activation kernel_activation(const std::string& name);

/// Throws Error(model) when an id or a position of the batch is not a row of its table: the kernels do not
/// look.
kernels::EmbeddingSum kernel_embeddings(const EmbeddingTables& tables, const PackedBatch& batch);

}  // namespace reprtune
