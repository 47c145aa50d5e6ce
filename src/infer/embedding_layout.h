#pragma once

#include <reprtune/infer/embedding_writer.h>
#include <reprtune/infer/output_text.h>
#include <reprtune/infer/quantization.h>
#include <reprtune/io/byte_sink.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace reprtune {

/// A row as a layout sees it.
struct EmbeddingRow {
  std::uint64_t row = 0;  ///< from 1
  std::string_view text;
  std::span<const std::uint8_t> values;  ///< [W] values of the quantization, all zero for a blank row
  bool blank = false;
};

/// How one output format puts embeddings into bytes.
class EmbeddingLayout {
 public:
  virtual ~EmbeddingLayout() = default;

  /// What stands before the first row.
  virtual void begin(OutputText&) {}
  virtual void add_row(OutputText& out, const EmbeddingRow& row) = 0;
  /// Writes what stands behind the last of `rows` rows.
  virtual void end(ByteSink&, std::uint64_t /*rows*/) {}
};

/// Throws Error(usage) when the format has no place for something asked for, Error(runtime) when there is no
/// room for a temporary file.
std::unique_ptr<EmbeddingLayout> make_embedding_layout(const Quantization& quantization,
                                                       const EmbeddingFormatOptions& options, bool seekable);

}  // namespace reprtune
