#include <reprtune/serve/api_error.h>
#include <reprtune/serve/cohere_api.h>
#include <reprtune/serve/embedding_list.h>
#include <reprtune/serve/json_request.h>
#include <reprtune/serve/predictions.h>

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<std::string_view, EmbeddingType>, 6> kTypes = {{
    {"float", EmbeddingType::float32},
    {"int8", EmbeddingType::int8},
    {"uint8", EmbeddingType::uint8},
    {"binary", EmbeddingType::binary},
    {"ubinary", EmbeddingType::ubinary},
    {"base64", EmbeddingType::float32},
}};

/// What Cohere calls a use of embeddings, and what prompts of sentence-transformers call it.
struct InputType {
  std::string_view name;
  std::array<std::string_view, 2> prompts;
};
constexpr std::array<InputType, 5> kInputTypes = {{
    {"search_document", {"document", "passage"}},
    {"search_query", {"query", ""}},
    {"classification", {"classification", ""}},
    {"clustering", {"clustering", ""}},
    {"image", {"", ""}},
}};
constexpr std::size_t kImage = 4;

Truncation cohere_truncation(const Json& object) {
  constexpr std::array kTruncations = {Truncation::none, Truncation::start, Truncation::end};
  return kTruncations[choice_member(object, "truncate", {"NONE", "START", "END"}, 2)];
}

std::string_view input_type(const Json& object) {
  std::vector<std::string_view> names;
  for (const InputType& type : kInputTypes) names.push_back(type.name);
  const std::size_t type = choice_member(object, "input_type", names, kInputTypes.size());
  if (type == kImage) refuse_member("input_type", "a use of texts", object["input_type"]);
  return type < kInputTypes.size() ? kInputTypes[type].name : std::string_view();
}

std::string_view prompt_for(const ServedModel& model, std::string_view input_type) {
  for (const InputType& type : kInputTypes) {
    if (type.name != input_type) continue;
    for (const std::string_view use : type.prompts)
      if (model.has_prompt(use)) return model.prompt(use);
  }
  return {};
}

std::vector<CohereType> embedding_types(const Json& object) {
  std::vector<CohereType> types;
  for (const std::string& name :
       texts_member(object, "embedding_types").value_or(std::vector<std::string>{})) {
    std::size_t type = 0;
    while (type < kTypes.size() && kTypes[type].first != name) ++type;
    if (type == kTypes.size())
      refuse_member("embedding_types", "float, int8, uint8, binary, ubinary or base64", name);
    types.push_back(static_cast<CohereType>(type));
  }
  return types;
}

void add_texts(OutputText& out, const std::vector<std::string>& texts) {
  out.add("\"texts\": [");
  for (std::size_t i = 0; i < texts.size(); ++i) out.add(i == 0 ? "" : ", ").add_json_string(texts[i]);
  out.add(']');
}

void add_vectors(OutputText& out, const ServedModel& model, std::span<const float> vectors, std::size_t H,
                 CohereType type) {
  if (type != CohereType::base64) {
    const EmbeddingType number = kTypes[static_cast<std::size_t>(type)].second;
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

std::string_view cohere_type_name(CohereType type) { return kTypes[static_cast<std::size_t>(type)].first; }

CohereEmbedRequest parse_cohere_embed(std::string_view body, CohereVersion version) {
  const Json object = parse_request(body);
  for (const char* key : {"images", "inputs"}) {
    if (object.contains(key) && !object[key].is_null())
      refuse_member(key, "no such member ('texts' is what is embedded)", object[key]);
  }
  CohereEmbedRequest request;
  request.model = text_member(object, "model");
  request.texts = texts_member(object, "texts").value_or(std::vector<std::string>{});
  request.input_type = input_type(object);
  request.types = embedding_types(object);
  request.by_type = version == CohereVersion::v2 || !request.types.empty();
  if (request.types.empty()) request.types = {CohereType::float32};
  request.truncation = cohere_truncation(object);
  request.dimensions = whole_member(object, "output_dimension");
  return request;
}

CohereClassifyRequest parse_cohere_classify(std::string_view body) {
  const Json object = parse_request(body);
  if (object.contains("examples") && !object["examples"].empty()) {
    refuse_member("examples", "none, since the model has been finetuned on examples of its own",
                  object["examples"]);
  }
  CohereClassifyRequest request;
  request.model = text_member(object, "model");
  request.inputs = texts_member(object, "inputs").value_or(std::vector<std::string>{});
  request.truncation = cohere_truncation(object);
  return request;
}

HttpResponse cohere_embed(const Backend& backend, const HttpRequest& http, CohereVersion version) {
  const CohereEmbedRequest request = parse_cohere_embed(http.body, version);
  const auto model = backend.models.find(request.model);
  const std::size_t dimensions = checked_dimensions(request.dimensions, *model, "output_dimension");
  for (const CohereType type : request.types)  // before the work
    quantization_for(*model, kTypes[static_cast<std::size_t>(type)].second, dimensions, "embedding_types");
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
