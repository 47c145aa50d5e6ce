#include "prediction_layout.h"

#include <reprtune/io/error.h>

namespace reprtune {

std::unique_ptr<PredictionLayout> make_prediction_layout(const std::vector<std::string>& labels,
                                                         const PredictionFormatOptions& options) {
  const bool has_text_place =
      options.format != PredictionFormat::tei && options.format != PredictionFormat::fasttext;
  if (options.with_text && !has_text_place) {
    throw Error(ErrorKind::usage,
                std::string(prediction_format_name(options.format)) +
                    " output has no place for texts: expected csv, jsonl or cohere with --with-text");
  }
  const bool has_novelty_place =
      options.format == PredictionFormat::csv || options.format == PredictionFormat::jsonl;
  if (options.with_novelty && !has_novelty_place) {
    throw Error(ErrorKind::usage, std::string(prediction_format_name(options.format)) +
                                      " output has no place for the novelty: expected csv or jsonl");
  }
  switch (options.format) {
    case PredictionFormat::csv:
      return csv_prediction_layout(labels, options);
    case PredictionFormat::jsonl:
      return jsonl_prediction_layout(labels, options);
    case PredictionFormat::cohere:
      return cohere_prediction_layout(labels, options);
    case PredictionFormat::tei:
      return tei_prediction_layout(labels, options);
    case PredictionFormat::fasttext:
      return fasttext_prediction_layout(labels, options);
  }
  return nullptr;
}

}  // namespace reprtune
