#include <reprtune/infer/embedding_writer.h>
#include <reprtune/infer/output_text.h>
#include <reprtune/io/error.h>

#include "embedding_layout.h"
#include "name_table.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace reprtune {
namespace {

constexpr std::size_t kRowsAtOnce = 256;  // quantized and laid out, so that their text stays in the cache

constexpr Named<EmbeddingFormat> kFormats[] = {{EmbeddingFormat::jsonl, "jsonl"},
                                               {EmbeddingFormat::csv, "csv"},
                                               {EmbeddingFormat::npy, "npy"},
                                               {EmbeddingFormat::cohere, "cohere"}};

}  // namespace

std::string_view embedding_format_name(EmbeddingFormat format) { return name_in(kFormats, format); }
EmbeddingFormat parse_embedding_format(std::string_view name) { return parse_name(kFormats, "format", name); }
std::vector<std::string> embedding_format_names() { return names_in(kFormats); }

class EmbeddingWriter::State {
 public:
  State(ByteSink& sink, Quantization quantization, const EmbeddingFormatOptions& options)
      : sink_(sink),
        quantization_(std::move(quantization)),
        layout_(make_embedding_layout(quantization_, options, sink.seekable())) {
    layout_->begin(out_);
    send();
  }

  void write(std::span<const std::string> texts, std::span<const float> vectors,
             std::span<const std::uint8_t> blank) {
    const std::size_t dimension = texts.empty() ? 0 : vectors.size() / texts.size();
    check(vectors, dimension);
    for (std::size_t first = 0; first < texts.size(); first += kRowsAtOnce) {
      const std::size_t count = std::min(kRowsAtOnce, texts.size() - first);
      write_some(texts.subspan(first, count), vectors.subspan(first * dimension, count * dimension),
                 blank.empty() ? blank : blank.subspan(first, count));
    }
  }

  void finish() { layout_->end(sink_, rows_); }

 private:
  void write_some(std::span<const std::string> texts, std::span<const float> vectors,
                  std::span<const std::uint8_t> blank) {
    std::vector<std::uint8_t> values = quantization_(vectors);
    const std::size_t row_size = values.size() / texts.size();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::span<std::uint8_t> row_values = std::span(values).subspan(i * row_size, row_size);
      const bool is_blank = !blank.empty() && blank[i] != 0;
      if (is_blank) std::fill(row_values.begin(), row_values.end(), std::uint8_t{0});
      layout_->add_row(out_, {++rows_, texts[i], row_values, is_blank});
    }
    send();
  }

  void check(std::span<const float> vectors, std::size_t dimension) const {
    const auto bad = std::find_if(vectors.begin(), vectors.end(), [](float x) { return !std::isfinite(x); });
    if (bad == vectors.end()) return;
    const auto row = rows_ + static_cast<std::size_t>(bad - vectors.begin()) / dimension + 1;
    throw Error(ErrorKind::model, "row " + std::to_string(row) +
                                      ": expected an embedding of finite numbers, found " +
                                      std::to_string(*bad) + ": the model's weights are damaged");
  }

  void send() {
    sink_.write(out_.view());
    out_.clear();
  }

  ByteSink& sink_;
  Quantization quantization_;
  std::unique_ptr<EmbeddingLayout> layout_;  ///< refers to quantization_
  std::uint64_t rows_ = 0;
  OutputText out_;
};

EmbeddingWriter::EmbeddingWriter(ByteSink& sink, Quantization quantization,
                                 const EmbeddingFormatOptions& options)
    : state_(std::make_unique<State>(sink, std::move(quantization), options)) {}

EmbeddingWriter::~EmbeddingWriter() = default;

void EmbeddingWriter::write(std::span<const std::string> texts, std::span<const float> vectors,
                            std::span<const std::uint8_t> blank) {
  assert(blank.empty() || blank.size() == texts.size());
  state_->write(texts, vectors, blank);
}

void EmbeddingWriter::finish() { state_->finish(); }

}  // namespace reprtune
