#include <reprtune/infer/class_probabilities.h>
#include <reprtune/infer/embedder.h>
#include <reprtune/serve/service.h>

#include "../model/temporary_folder.h"
#include "tiny_model.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

HttpRequest request_for(const std::string& method, const std::string& path, const std::string& body = {}) {
  HttpRequest request;
  request.method = method;
  request.path = path;
  request.content_type = "application/json";
  request.body = body;
  return request;
}

class ServiceTest : public testing::Test {
 protected:
  HttpResponse post(const std::string& path, const std::string& body) {
    return service.handle(request_for("POST", path, body));
  }
  HttpResponse get(const std::string& path) { return service.handle(request_for("GET", path)); }

  /// What `embed` computes.
  std::vector<float> vector_of(const std::string& text) const {
    const std::vector<std::string> texts = {text};
    const auto& model = models.find("tiny")->model();
    return embed_in_this_thread(model, tokenize(model, texts, Truncation::end, 1).ids, {});
  }

  ModelRegistry models{[] { return ModelRegistry::Models{tiny_classifier("tiny"), tiny_embedder("base")}; }};
  PrometheusMetrics metrics;
  TextEmbedder embedder{{.texts = 3}, {}, metrics};
  Backend backend{models, embedder, metrics};
  std::vector<std::string> answered, failed;
  ServiceObserver observer{
      .answered = [this](const HttpRequest& request, const HttpResponse&,
                         auto) { answered.push_back(request.path); },
      .failed = [this](const std::exception& error) { failed.emplace_back(error.what()); }};
  Service service{backend, metrics, {}, observer};
};

TEST_F(ServiceTest, GivesTheVectorsOfEmbed) {
  const auto expected = vector_of("a card");
  const auto tei = nlohmann::json::parse(post("/embed", R"({"inputs": "a card"})").body);
  EXPECT_EQ(tei[0].get<std::vector<float>>(), expected);
  const auto openai = nlohmann::json::parse(post("/v1/embeddings", R"({"input": "a card"})").body);
  EXPECT_EQ(openai["data"][0]["embedding"].get<std::vector<float>>(), expected);
  const auto cohere = nlohmann::json::parse(post("/v2/embed", R"({"texts": ["a card"]})").body);
  EXPECT_EQ(cohere["embeddings"]["float"][0].get<std::vector<float>>(), expected);
}

TEST_F(ServiceTest, GivesTheProbabilitiesOfClassify) {
  const auto& model = models.find("tiny")->model();
  const auto expected = class_probabilities(model, vector_of("a card"));
  const auto cohere = nlohmann::json::parse(post("/v1/classify", R"({"inputs": ["a card"]})").body);
  const auto page = nlohmann::json::parse(post("/playground/classify", R"({"texts": ["a card"]})").body);
  for (std::size_t label = 0; label < 3; ++label) {
    const std::string& name = model.head()->labels.name(label);
    EXPECT_NEAR(cohere["classifications"][0]["labels"][name]["confidence"].get<float>(), expected[label],
                1e-6);
    EXPECT_NEAR(page["results"][0]["probabilities"][name].get<float>(), expected[label], 1e-6);
  }
  const auto raw =
      nlohmann::json::parse(post("/predict", R"({"inputs": "a card", "raw_scores": true})").body);
  const auto logits = class_logits(model, vector_of("a card"));
  EXPECT_NEAR(raw[0]["score"].get<float>(), *std::max_element(logits.begin(), logits.end()), 1e-5);
}

TEST_F(ServiceTest, FindsTheRouteOrSaysWhatThereIs) {
  EXPECT_EQ(get("/nope").status, 404);
  EXPECT_EQ(get("/v1/embed").status, 405);
  EXPECT_EQ(get("/health").status, 200);
  EXPECT_EQ(service.handle(request_for("HEAD", "/health")).status, 200);
  EXPECT_EQ(answered, (std::vector<std::string>{"/nope", "/v1/embed", "/health", "/health"}));
  EXPECT_NE(metrics.text(0).find("path=\"other\",status=\"404\"} 1"), std::string::npos);
}

TEST_F(ServiceTest, WantsAWholeBodyOfJson) {
  HttpRequest request = request_for("POST", "/embed", R"({"inputs": "a"})");
  request.content_type = "Application/JSON ; charset=utf-8";
  EXPECT_EQ(service.handle(request).status, 200);
  request.content_type = "application/json-seq";
  EXPECT_EQ(service.handle(request).status, 415);
  request.arrival = HttpRequest::Body::too_large;
  EXPECT_EQ(service.handle(request).status, 413);
  request.arrival = HttpRequest::Body::cut_off;
  EXPECT_EQ(service.handle(request).status, 415);
  request.content_type = "application/json";
  EXPECT_EQ(service.handle(request).status, 422);
}

TEST_F(ServiceTest, AsksForTheKey) {
  ServiceOptions options;
  options.api_key = "k";
  const Service locked(backend, metrics, options);
  HttpRequest request = request_for("GET", "/v1/models");
  EXPECT_EQ(locked.handle(request).status, 401);
  request.authorization = "Bearer k";
  EXPECT_EQ(locked.handle(request).status, 200);
  EXPECT_EQ(locked.handle(request_for("GET", "/")).status, 200);
}

TEST_F(ServiceTest, AnswersUnderItsOwnNamesAlone) {
  ServiceOptions options;
  options.host_names = {"localhost"};
  const Service named(backend, metrics, options);
  HttpRequest request = request_for("GET", "/info");
  EXPECT_EQ(named.handle(request).status, 200);
  request.host = "localhost:8080";
  EXPECT_EQ(named.handle(request).status, 200);
  request.host = "evil.example";
  EXPECT_EQ(service.handle(request).status, 200);
  for (const char* path : {"/", "/info", "/nope"}) {
    request.path = path;
    EXPECT_EQ(named.handle(request).status, 403) << path;
  }
}

TEST_F(ServiceTest, CountsUnknownMethodsAsOne) {
  EXPECT_EQ(service.handle(request_for("QUERY", "/embed")).status, 405);
  EXPECT_NE(metrics.text(0).find("method=\"other\",path=\"/embed\",status=\"405\"} 1"), std::string::npos);
}

TEST_F(ServiceTest, HasNoNeighboursWhereNothingIsKnownOfTheTraining) {
  const auto near = nlohmann::json::parse(post("/playground/neighbours", R"({"texts": ["a card"]})").body);
  EXPECT_TRUE(near["results"].empty());
  EXPECT_NE(near["reason"].get<std::string>().find("run/examples.jsonl"), std::string::npos);
  const auto all = nlohmann::json::parse(post("/playground/examples", R"({"model": "base"})").body);
  EXPECT_TRUE(all["rows"].empty());
  EXPECT_NE(all["reason"].get<std::string>().find("not finetuned"), std::string::npos);
  EXPECT_EQ(post("/playground/neighbours", R"({"texts": [""]})").status, 400);
}

TEST_F(ServiceTest, LetsOtherOriginsInWhenToldTo) {
  using Header = std::pair<std::string, std::string>;
  const Header allowed = {"Access-Control-Allow-Origin", "https://a.example"};
  const auto has = [](const HttpResponse& response, const Header& header) {
    return std::find(response.headers.begin(), response.headers.end(), header) != response.headers.end();
  };
  const auto from = [](HttpRequest request, const std::string& origin) {
    request.origin = origin;
    return request;
  };
  ServiceOptions options;
  options.cors_origin = "https://a.example";
  const Service open(backend, metrics, options);
  EXPECT_TRUE(has(open.handle(from(request_for("OPTIONS", "/embed"), "https://a.example")), allowed));
  EXPECT_FALSE(has(open.handle(from(request_for("GET", "/health"), "https://b.example")), allowed));
  EXPECT_FALSE(has(service.handle(from(request_for("GET", "/health"), "https://a.example")), allowed));
}

TEST_F(ServiceTest, LimitsTheTextsOfARequest) {
  EXPECT_EQ(post("/embed", R"({"inputs": ["a", "b", "c"]})").status, 200);
  EXPECT_EQ(post("/embed", R"({"inputs": ["a", "b", "c", "d"]})").status, 413);
  EXPECT_EQ(post("/v1/embeddings", R"({"input": ["a", "b", "c", "d"]})").status, 400);
}

/// The tiny model with weights that are not numbers.
Model damaged_model(const std::filesystem::path& folder) {
  std::filesystem::copy(tiny_model().folder().path, folder, std::filesystem::copy_options::recursive);
  std::string bytes = file_bytes(folder / "model.safetensors");
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(sizeof header + header), bytes.end(), '\xff');
  std::ofstream(folder / "model.safetensors", std::ios::binary) << bytes;
  return Model::load(folder, Precision::float32, resolve_device("cpu"));
}

TEST_F(ServiceTest, GivesNoVectorsOfDamagedWeights) {
  const TemporaryFolder folder;
  Model damaged = damaged_model(folder / "damaged");
  damaged.set_quantization_ranges({std::vector<float>(32, -1), std::vector<float>(32, 1)});
  const auto model = std::make_shared<ServedModel>("damaged", std::move(damaged));
  ModelRegistry registry([&] { return ModelRegistry::Models{model}; });
  const Backend with_damaged{registry, embedder, metrics};
  const Service unfit(with_damaged, metrics, {}, observer);
  for (const auto& [path, body] : std::vector<std::pair<std::string, std::string>>{
           {"/embed", R"({"inputs": "a"})"},
           {"/v1/embeddings", R"({"input": "a"})"},
           {"/v1/embed", R"({"texts": ["a"]})"},
           {"/v2/embed", R"({"texts": ["a"], "embedding_types": ["float"]})"},
           {"/v2/embed", R"({"texts": ["a"], "embedding_types": ["int8", "ubinary"]})"},
           {"/v2/embed", R"({"texts": ["a"], "embedding_types": ["base64"]})"}}) {
    const auto response = unfit.handle(request_for("POST", path, body));
    EXPECT_GE(response.status, 400) << path << " " << body;
    EXPECT_NE(response.body.find("not a number"), std::string::npos) << response.body;
  }
  EXPECT_TRUE(failed.empty());
}

TEST_F(ServiceTest, ShowsModelsWhoseNamesAreNotUtf8) {
  ModelRegistry registry([] { return ModelRegistry::Models{tiny_embedder("caf\xe9")}; });
  const Backend with_bytes{registry, embedder, metrics};
  const Service readable(with_bytes, metrics, {}, observer);
  for (const char* path : {"/v1/models", "/info", "/playground/models"}) {
    const auto response = readable.handle(request_for("GET", path));
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_NE(response.body.find("caf\xef\xbf\xbd"), std::string::npos) << response.body;
  }
}

TEST_F(ServiceTest, TellsOnlyTheLogOfItsOwnFaults) {
  ModelRegistry broken([] {
    Model model = tiny_model();
    model.set_head({.labels = LabelSet({"a"}), .weight = at::zeros({1, 7}), .bias = at::zeros({1})});
    return ModelRegistry::Models{std::make_shared<ServedModel>("broken", std::move(model))};
  });
  const Backend with_broken{broken, embedder, metrics};
  const Service faulty(with_broken, metrics, {}, observer);
  const auto response = faulty.handle(request_for("POST", "/v1/classify", R"({"inputs": ["a"]})"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, R"({"message":"the server failed at this request; its log says why"})");
  EXPECT_EQ(failed.size(), 1U);
}

}  // namespace
}  // namespace reprtune::serve
