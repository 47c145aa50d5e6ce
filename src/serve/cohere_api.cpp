#include <reprtune/infer/quantization.h>
#include <reprtune/serve/cohere_api.h>
#include <reprtune/serve/embedding_list.h>
#include <reprtune/serve/predictions.h>

#include <array>

namespace reprtune::serve {
namespace {

/// By CohereType.
constexpr std::array kNumbers = {EmbeddingType::float32, EmbeddingType::int8,    EmbeddingType::uint8,
                                 EmbeddingType::binary,  EmbeddingType::ubinary, EmbeddingType::float32};

std::string_view prompt_for(const ServedModel& model, std::string_view input_type) {
  for (const CohereInputType& type : cohere_input_types()) {
    if (type.name != input_type) continue;
    for (const std::string_view use : type.prompts)
      if (model.has_prompt(use)) return model.prompt(use);
  }
  return {};
}

void add_texts(OutputText& out, const std::vector<std::string>& texts) {
  out.add("\"texts\": [");
  for (std::size_t i = 0; i < texts.size(); ++i) out.add(i == 0 ? "" : ", ").add_json_string(texts[i]);
  out.add(']');
}

void add_vectors(OutputText& out, const ServedModel& model, std::span<const float> vectors, std::size_t H,
                 CohereType type) {
  if (type != CohereType::base64) {
    const EmbeddingType number = kNumbers[static_cast<std::size_t>(type)];
    add_embedding_lists(out, vectors, H, quantization_for(model, number, H, "embedding_types"));
    return;
  }
  out.add('[');
  for (std::size_t begin = 0; begin < vectors.size(); begin += H) {
    if (begin > 0) out.add(',');
    add_base64_embedding(out, vectors.subspan(begin, H));
  }
  out.add(']');
}

/// "embeddings": a list of vectors, or one for each type.
void add_embeddings(OutputText& out, const ServedModel& model, std::span<const float> vectors, std::size_t H,
                    const CohereEmbedRequest& request) {
  out.add("\"embeddings\": ");
  if (!request.by_type) {
    add_vectors(out, model, vectors, H, CohereType::float32);
    return;
  }
  out.add('{');
  for (std::size_t i = 0; i < request.types.size(); ++i) {
    out.add(i == 0 ? "\"" : ", \"").add(cohere_type_name(request.types[i])).add("\": ");
    add_vectors(out, model, vectors, H, request.types[i]);
  }
  out.add('}');
}

std::string embed_body(const ServedModel& model, const EmbeddedTexts& embedded,
                       const CohereEmbedRequest& request, CohereVersion version) {
  const auto H = static_cast<std::size_t>(model.model().hidden_size());
  const std::size_t dimensions = checked_dimensions(request.dimensions, model, "output_dimension");
  const auto vectors = cut_vectors(embedded.vectors, H, dimensions, model.model().pooling().normalize);
  require_numbers(vectors);
  OutputText out;
  out.add("{\"response_type\": ").add(request.by_type ? "\"embeddings_by_type\"" : "\"embeddings_floats\"");
  out.add(", \"id\": \"reprtune-embed\", ");
  add_embeddings(out, model, vectors, dimensions, request);
  out.add(", ");
  add_texts(out, request.texts);
  out.add(", \"meta\": {\"api_version\": {\"version\": ")
      .add(version == CohereVersion::v1 ? "\"1\"" : "\"2\"");
  out.add("}, \"billed_units\": {\"input_tokens\": ").add(std::to_string(embedded.tokens)).add("}}}\n");
  return std::string(out.view());
}

}  // namespace

HttpResponse cohere_embed(const Backend& backend, const HttpRequest& http, CohereVersion version) {
  const CohereEmbedRequest request = parse_cohere_embed(http.body, version);
  const auto model = backend.models.find(request.model);
  const std::size_t dimensions = checked_dimensions(request.dimensions, *model, "output_dimension");
  for (const CohereType type : request.types)  // before the work
    quantization_for(*model, kNumbers[static_cast<std::size_t>(type)], dimensions, "embedding_types");
  const TextOptions options{request.truncation, std::string(prompt_for(*model, request.input_type))};
  const EmbeddedTexts embedded = backend.embedder.embed(*model, request.texts, options, "texts");
  return {.body = embed_body(*model, embedded, request, version)};
}

HttpResponse cohere_classify(const Backend& backend, const HttpRequest& http) {
  const CohereClassifyRequest request = parse_cohere_classify(http.body);
  const auto model = backend.models.find(request.model);
  require_head(*model);
  const EmbeddedTexts embedded =
      backend.embedder.embed(*model, request.inputs, {.truncation = request.truncation}, "inputs");
  return {.body = predictions_text(*model, request.inputs, embedded.vectors, PredictionFormat::cohere)};
}

}  // namespace reprtune::serve
