#pragma once

#include <reprtune/data/row_reader.h>
#include <reprtune/infer/embedder.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace reprtune {

/// A window of a stream of texts with their vectors, in input order.
struct VectorWindow {
  std::vector<std::string> texts;   // [B] as they stand in the input; the model read them cleaned
  std::vector<std::uint8_t> blank;  // [B] 1 for a blank row, whose vector is zero
  std::vector<float> vectors;       // [B, H]
  RowReader::Bytes bytes;           ///< of the input, when the window's rows had been read
};

struct StreamTotals {
  std::uint64_t rows = 0;
  std::uint64_t tokens = 0;
  RowLines truncated;
  RowLines unknown;  ///< rows of which the model knows few tokens (Tokenizer::is_mostly_unknown)
};

/// Embeds all rows of `reader` and hands them over window by window, in input order, in constant memory:
/// while one window is computed the next are read and tokenized and the previous consumed. `name` is the
/// input's name for messages. Throws Error(data) for a bad row and, with Truncation::none, for a text that is
/// too long; what `consume` throws passes.
StreamTotals stream_vectors(RowReader& reader, const std::string& name, const Model& model,
                            Truncation truncation, const EmbedOptions& options,
                            const std::function<void(const VectorWindow&)>& consume);

}  // namespace reprtune
