// Writes a corpus for request_fuzz to begin with, a request per file: request_seeds FOLDER

#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include <nlohmann/json.hpp>

int main(int argc, char** argv) {
  using Json = nlohmann::json;
  if (argc != 2) {
    std::cerr << "usage: request_seeds FOLDER\n";
    return 2;
  }
  const std::vector<Json> requests = {
      {{"texts", {"a", "b"}},
       {"model", "m"},
       {"input_type", "search_query"},
       {"embedding_types", {"int8", "base64"}},
       {"truncate", "START"},
       {"output_dimension", 8}},
      {{"inputs", {"a", "b"}}, {"truncate", "NONE"}, {"examples", Json::array()}},
      {{"input", {"a", "b"}}, {"encoding_format", "base64"}, {"dimensions", 3}},
      {{"input", "a"}, {"model", nullptr}},
      {{"input", {1, 2}}},
      {{"inputs", "a"},
       {"truncate", true},
       {"truncation_direction", "Left"},
       {"normalize", false},
       {"prompt_name", "query"}},
      {{"inputs", {{"a"}, {"b"}}}, {"raw_scores", true}},
      {{"inputs", {"a", "b"}}, {"raw_scores", 1}},
      {{"texts", {"\u00e9\u4e16\U0001F600", "\"\\\n"}}, {"model", 7}},
      {{"images", Json::array()}, {"texts", {{{"a", 1}}}}},
      {{"texts", Json::array()}, {"output_dimension", 1e30}, {"a", {{{{1}}}}}}};
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  for (std::size_t i = 0; i < requests.size(); ++i)
    std::ofstream(folder / ("request" + std::to_string(i) + ".json")) << requests[i].dump();
  return 0;
}
