#include <reprtune/serve/cohere_request.h>
#include <reprtune/serve/json_request.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

using Json = nlohmann::json;

/// By CohereType.
constexpr std::array<std::string_view, 6> kTypes = {"float", "int8", "uint8", "binary", "ubinary", "base64"};

constexpr std::array<CohereInputType, 5> kInputTypes = {{
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
  for (const CohereInputType& type : kInputTypes) names.push_back(type.name);
  const std::size_t type = choice_member(object, "input_type", names, kInputTypes.size());
  if (type == kImage) refuse_member("input_type", "a use of texts", object["input_type"]);
  return type < kInputTypes.size() ? kInputTypes[type].name : std::string_view();
}

/// Each type once: the answer is an object with a member for each.
std::vector<CohereType> embedding_types(const Json& object) {
  constexpr const char* kKey = "embedding_types";
  std::vector<CohereType> types;
  for (const std::string& name : texts_member(object, kKey).value_or(std::vector<std::string>{})) {
    const auto found = std::ranges::find(kTypes, name);
    if (found == kTypes.end()) refuse_member(kKey, "float, int8, uint8, binary, ubinary or base64", name);
    const auto type = static_cast<CohereType>(found - kTypes.begin());
    if (std::ranges::find(types, type) != types.end()) refuse_member(kKey, "no type twice", name);
    types.push_back(type);
  }
  return types;
}

}  // namespace

const std::array<CohereInputType, 5>& cohere_input_types() { return kInputTypes; }

std::string_view cohere_type_name(CohereType type) { return kTypes[static_cast<std::size_t>(type)]; }

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

}  // namespace reprtune::serve
