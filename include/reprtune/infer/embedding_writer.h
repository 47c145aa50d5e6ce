#pragma once

#include <reprtune/infer/quantization.h>
#include <reprtune/io/byte_sink.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

enum class EmbeddingFormat { jsonl, csv, npy, cohere };

std::string_view embedding_format_name(EmbeddingFormat format);
/// Throws Error(usage) that lists the formats there are.
EmbeddingFormat parse_embedding_format(std::string_view name);
std::vector<std::string> embedding_format_names();

struct EmbeddingFormatOptions {
  EmbeddingFormat format = EmbeddingFormat::jsonl;
  bool with_text = false;  ///< csv and jsonl only; cohere always has the texts
};

/// Writes the embeddings of a stream of rows, in the order given, in constant memory. float32 and float16
/// values are the shortest decimal numbers that read back as the same float, the other types integers; lines
/// end with LF. W is the quantization's width. A row looks like this, and like that when its text is a blank
/// line of a .txt:
///
///     jsonl   {"text": "...", "embedding": [0.5,-0.25]}       ("text" only with_text)
///             {"text": "", "embedding": null}
///     csv     text,e0,e1,...                                  (header line; text only with_text)
///             W zeros
///     npy     a row of an array (rows, W), C order, NumPy format version 1.0: '<f4', '<f2', '|i1' (int8,
///     binary) or '|u1'
///             W zeros
///     cohere  an item of "embeddings" in the one body of Cohere's POST /v1/embed: response_type
///     "embeddings_floats" for
///             the float types, else "embeddings_by_type" with the items under the type's name; all texts
///             follow W zeros, since clients expect a list of numbers
class EmbeddingWriter {
 public:
  /// `sink` must outlive the writer. Throws Error(usage) when npy is to go to a pipe or the format has no
  /// place for texts, and what the sink throws.
  EmbeddingWriter(ByteSink& sink, Quantization quantization, const EmbeddingFormatOptions& options);
  EmbeddingWriter(const EmbeddingWriter&) = delete;
  EmbeddingWriter& operator=(const EmbeddingWriter&) = delete;
  ~EmbeddingWriter();

  /// Writes the next rows. `texts`: [B]; `vectors`: [B, H] row-major; `blank`: [B], 1 for a blank row, or
  /// empty when there is none. Throws Error(model) for a value that is not a number, Error(usage) for one
  /// that does not fit the type and what the sink throws.
  void write(std::span<const std::string> texts, std::span<const float> vectors,
             std::span<const std::uint8_t> blank = {});

  /// Writes what stands behind the last row, and the number of rows into the header of npy. The sink is then
  /// ready for its commit().
  void finish();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace reprtune
