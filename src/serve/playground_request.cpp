#include <reprtune/serve/json_request.h>
#include <reprtune/serve/playground_request.h>

#include <nlohmann/json.hpp>

namespace reprtune::serve {

PlaygroundRequest parse_playground(std::string_view body) {
  const nlohmann::json object = parse_request(body);
  return {text_member(object, "model"), texts_member(object, "texts").value_or(std::vector<std::string>{})};
}

}  // namespace reprtune::serve
