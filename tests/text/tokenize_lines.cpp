// Tokenizes JSON lines: reads {"text": "..."} from standard input, writes the ids, special tokens included,
// as one JSON array per line. For fuzz_against_tokenizers.py and benchmarks.
//
//   tokenize_lines MODEL_FOLDER [--time N]   with --time: tokenizes all lines N times and prints only the
//   seconds of the best

#include <reprtune/text/tokenizer.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace {

double seconds_of_one_pass(const reprtune::Tokenizer& tokenizer, const std::vector<std::string>& texts) {
  reprtune::Encoding encoding;
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string& text : texts) tokenizer.encode(text, 0, reprtune::Truncation::none, encoding);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void print_ids(const reprtune::Tokenizer& tokenizer, const std::string& text) {
  reprtune::Encoding encoding;
  tokenizer.encode(text, 0, reprtune::Truncation::none, encoding);
  std::cout << nlohmann::json(encoding.ids).dump() << '\n';
}

void run(const std::vector<std::string>& arguments) {
  const auto tokenizer = reprtune::load_tokenizer(arguments.at(0));
  std::vector<std::string> texts;
  for (std::string line; std::getline(std::cin, line);) {
    texts.push_back(nlohmann::json::parse(line).at("text").get<std::string>());
  }
  if (arguments.size() == 3 && arguments[1] == "--time") {
    double best = 1e9;
    for (int i = std::stoi(arguments[2]); i > 0; --i)
      best = std::min(best, seconds_of_one_pass(*tokenizer, texts));
    std::cout << best << '\n';
    return;
  }
  for (const std::string& text : texts) print_ids(*tokenizer, text);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) {
    std::cerr << "usage: tokenize_lines MODEL_FOLDER [--time N] < lines.jsonl\n";
    return 2;
  }
  try {
    run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "tokenize_lines: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
