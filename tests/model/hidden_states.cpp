// Writes the hidden states of JSON lines {"text": "..."} read from standard input: float32, little-endian,
// the tokens of all texts end to end. For compare_with_transformers.py.
//
//   hidden_states MODEL_FOLDER float32|bfloat16

#include <reprtune/model/model.h>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <nlohmann/json.hpp>

namespace {

void run(const std::string& folder, const std::string& precision) {
  using namespace reprtune;
  const c10::InferenceMode inference;
  const Model model =
      Model::load(folder, precision == "bfloat16" ? Precision::bfloat16 : Precision::float32, at::kCPU);
  Encoding encoding;
  for (std::string line; std::getline(std::cin, line);) {
    model.tokenizer().encode(nlohmann::json::parse(line).at("text").get<std::string>(),
                             static_cast<std::size_t>(model.max_length()), Truncation::end, encoding);
    const std::vector<std::vector<std::int32_t>> rows = {encoding.ids};
    const at::Tensor hidden = model.encoder().infer(pack(rows)).to(at::kFloat).contiguous();
    std::cout.write(reinterpret_cast<const char*>(hidden.const_data_ptr<float>()),
                    static_cast<std::streamsize>(hidden.nbytes()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: hidden_states MODEL_FOLDER float32|bfloat16 < lines.jsonl > hidden.bin\n";
    return 2;
  }
  try {
    run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "hidden_states: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
