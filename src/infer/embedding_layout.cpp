#include "embedding_layout.h"

#include <reprtune/infer/embedding_values.h>
#include <reprtune/io/error.h>

#include "text_spool.h"

#include <string>

namespace reprtune {
namespace {

bool is_float(EmbeddingType type) { return type == EmbeddingType::float32 || type == EmbeddingType::float16; }

class JsonlLayout final : public EmbeddingLayout {
 public:
  JsonlLayout(const Quantization& quantization, bool with_text)
      : quantization_(quantization), with_text_(with_text) {}

  void add_row(OutputText& out, const EmbeddingRow& row) override {
    out.add('{');
    if (with_text_) out.add("\"text\": ").add_json_string(row.text).add(", ");
    out.add("\"embedding\": ");
    if (row.blank) {
      out.add("null");
    } else {
      out.add('[');
      add_embedding_values(out, row.values, quantization_);
      out.add(']');
    }
    out.add("}\n");
  }

 private:
  const Quantization& quantization_;
  bool with_text_;
};

class CsvLayout final : public EmbeddingLayout {
 public:
  CsvLayout(const Quantization& quantization, bool with_text)
      : quantization_(quantization), with_text_(with_text) {}

  void begin(OutputText& out) override {
    if (with_text_) out.add("text,");
    for (std::size_t i = 0; i < quantization_.width(); ++i) {
      out.add(i == 0 ? "e" : ",e").add(std::to_string(i));
    }
    out.add('\n');
  }

  void add_row(OutputText& out, const EmbeddingRow& row) override {
    if (with_text_) out.add_csv_field(row.text).add(',');
    add_embedding_values(out, row.values, quantization_);
    out.add('\n');
  }

 private:
  const Quantization& quantization_;
  bool with_text_;
};

/// numpy.lib.format, version 1.0.
class NpyLayout final : public EmbeddingLayout {
 public:
  explicit NpyLayout(const Quantization& quantization) : quantization_(quantization) {}

  void begin(OutputText& out) override { out.add(header(0)); }
  void add_row(OutputText& out, const EmbeddingRow& row) override {
    out.add(std::string_view(reinterpret_cast<const char*>(row.values.data()), row.values.size()));
  }
  void end(ByteSink& sink, std::uint64_t rows) override { sink.write_at(0, header(rows)); }

 private:
  /// A multiple of 64 with room for the longest number of rows, so that the header keeps its size when it is
  /// patched.
  static constexpr std::size_t kHeaderSize = 128;

  std::string header(std::uint64_t rows) const {
    std::string text("\x93NUMPY\x01\x00", 8);
    constexpr std::size_t kRest = kHeaderSize - 10;  // what follows the length itself
    text += static_cast<char>(kRest & 0xff);
    text += static_cast<char>(kRest >> 8);
    text += std::string("{'descr': '") + descr() + "', 'fortran_order': False, 'shape': (" +
            std::to_string(rows) + ", " + std::to_string(quantization_.width()) + "), }";
    text.resize(kHeaderSize - 1, ' ');
    return text + '\n';
  }

  const char* descr() const {
    switch (quantization_.type()) {
      case EmbeddingType::float32:
        return "<f4";
      case EmbeddingType::float16:
        return "<f2";
      case EmbeddingType::int8:
      case EmbeddingType::binary:
        return "|i1";
      case EmbeddingType::uint8:
      case EmbeddingType::ubinary:
        return "|u1";
    }
    return "";
  }

  const Quantization& quantization_;
};

/// One body for all rows, an embedding per line.
class CohereLayout final : public EmbeddingLayout {
 public:
  explicit CohereLayout(const Quantization& quantization) : quantization_(quantization) {}

  void begin(OutputText& out) override {
    const bool floats = is_float(quantization_.type());
    out.add("{\"response_type\": ").add(floats ? "\"embeddings_floats\"" : "\"embeddings_by_type\"");
    out.add(", \"id\": \"reprtune-embed\", \"embeddings\": ");
    if (!floats) out.add("{\"").add(embedding_type_name(quantization_.type())).add("\": ");
    out.add('[');
  }

  void add_row(OutputText& out, const EmbeddingRow& row) override {
    const char* separator = row.row == 1 ? "\n" : ",\n";
    out.add(separator).add('[');
    add_embedding_values(out, row.values, quantization_);
    out.add(']');
    text_.clear();
    text_.add(separator).add_json_string(row.text);
    texts_.write(text_.view());
  }

  void end(ByteSink& sink, std::uint64_t) override {
    sink.write(is_float(quantization_.type()) ? "\n], \"texts\": [" : "\n]}, \"texts\": [");
    texts_.copy_to(sink);
    sink.write("\n], \"meta\": {\"api_version\": {\"version\": \"1\"}}}\n");
  }

 private:
  const Quantization& quantization_;
  OutputText text_;
  TextSpool texts_;
};

void check_options(const EmbeddingFormatOptions& options, bool seekable) {
  if (options.format != EmbeddingFormat::npy) return;
  if (options.with_text) {
    throw Error(ErrorKind::usage,
                "npy output has no place for texts: expected jsonl, csv or cohere with --with-text");
  }
  if (!seekable) {
    throw Error(
        ErrorKind::usage,
        "npy needs -o FILE: its header has the number of rows, and a pipe or device cannot be gone back in");
  }
}

}  // namespace

std::unique_ptr<EmbeddingLayout> make_embedding_layout(const Quantization& quantization,
                                                       const EmbeddingFormatOptions& options, bool seekable) {
  check_options(options, seekable);
  switch (options.format) {
    case EmbeddingFormat::jsonl:
      return std::make_unique<JsonlLayout>(quantization, options.with_text);
    case EmbeddingFormat::csv:
      return std::make_unique<CsvLayout>(quantization, options.with_text);
    case EmbeddingFormat::npy:
      return std::make_unique<NpyLayout>(quantization);
    case EmbeddingFormat::cohere:
      return std::make_unique<CohereLayout>(quantization);
  }
  return nullptr;
}

}  // namespace reprtune
