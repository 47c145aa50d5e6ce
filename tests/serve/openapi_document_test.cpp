#include <reprtune/serve/openapi_document.h>
#include <reprtune/serve/service.h>

#include <cctype>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

using Json = nlohmann::json;
using Routes = std::set<std::pair<std::string, std::string>>;

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(c));
  return text;
}

/// Calls visit with every "$ref" in a document.
template <typename Visit>
void each_reference(const Json& json, const Visit& visit) {
  if (json.is_object() && json.contains("$ref")) visit(json["$ref"].get<std::string>());
  if (json.is_structured())
    for (const Json& item : json) each_reference(item, visit);
}

TEST(OpenapiDocument, DescribesExactlyWhatIsServed) {
  const Json document = Json::parse(openapi_document());
  Routes described;
  for (const auto& [path, operations] : document["paths"].items())
    for (const auto& [method, operation] : operations.items()) described.insert({upper(method), path});
  const auto served = Service::routes();
  EXPECT_EQ(described, Routes(served.begin(), served.end()));
}

TEST(OpenapiDocument, RefersToWhatItHas) {
  const Json document = Json::parse(openapi_document());
  std::set<std::string> used;
  each_reference(document, [&](const std::string& reference) {
    EXPECT_TRUE(document.contains(Json::json_pointer(reference.substr(1)))) << reference;
    used.insert(reference.substr(reference.rfind('/') + 1));
  });
  for (const auto& [name, schema] : document["components"]["schemas"].items())
    EXPECT_TRUE(used.contains(name)) << name;
}

}  // namespace
}  // namespace reprtune::serve
