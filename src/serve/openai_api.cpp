#include <reprtune/io/json_text.h>
#include <reprtune/serve/embedding_list.h>
#include <reprtune/serve/openai_api.h>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

using Json = nlohmann::ordered_json;

void add_item(OutputText& out, std::size_t index, std::span<const float> vector, bool as_base64) {
  out.add(index == 0 ? "" : ", ").add("{\"object\": \"embedding\", \"index\": ").add(std::to_string(index));
  out.add(", \"embedding\": ");
  if (as_base64) {
    add_base64_embedding(out, vector);
  } else {
    out.add('[');
    for (std::size_t i = 0; i < vector.size(); ++i) out.add(i == 0 ? "" : ",").add_number(vector[i]);
    out.add(']');
  }
  out.add('}');
}

}  // namespace

HttpResponse openai_embeddings(const Backend& backend, const HttpRequest& http) {
  const OpenaiEmbeddingRequest request = parse_openai_embedding(http.body);
  const auto model = backend.models.find(request.model);
  const std::size_t dimensions = checked_dimensions(request.dimensions, *model, "dimensions");
  const EmbeddedTexts embedded = backend.embedder.embed(*model, request.input, {}, "input");
  const auto H = static_cast<std::size_t>(model->model().hidden_size());
  const auto vectors = cut_vectors(embedded.vectors, H, dimensions, model->model().pooling().normalize);
  require_numbers(vectors);
  OutputText out;
  out.add("{\"object\": \"list\", \"data\": [");
  for (std::size_t i = 0; i < request.input.size(); ++i)
    add_item(out, i, std::span(vectors).subspan(i * dimensions, dimensions), request.base64);
  const std::string tokens = std::to_string(embedded.tokens);
  out.add("], \"model\": ").add_json_string(model->name());
  out.add(", \"usage\": {\"prompt_tokens\": ")
      .add(tokens)
      .add(", \"total_tokens\": ")
      .add(tokens)
      .add("}}\n");
  return {.body = std::string(out.view())};
}

HttpResponse openai_models(const Backend& backend, const HttpRequest&) {
  Json list = Json::array();
  for (const auto& model : backend.models.all())
    list.push_back({{"id", model->name()}, {"object", "model"}, {"created", 0}, {"owned_by", "reprtune"}});
  return {.body = json_text(Json{{"object", "list"}, {"data", list}}) + "\n"};
}

}  // namespace reprtune::serve
