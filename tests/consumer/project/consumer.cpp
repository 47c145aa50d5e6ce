// Reads labelled rows and tokenizes a text with the installed library: consumer TRAIN.csv MODEL_FOLDER
#include <cstddef>
#include <exception>
#include <iostream>
#include <memory>
#include <string>

#include <reprtune/data/dataset.h>
#include <reprtune/data/input_options.h>
#include <reprtune/text/tokenizer.h>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: consumer TRAIN.csv MODEL_FOLDER\n";
    return 2;
  }
  try {
    const reprtune::Dataset dataset = reprtune::load_dataset(argv[1], reprtune::InputOptions{});
    std::cout << "rows " << dataset.examples.size() << " classes " << dataset.labels.size() << '\n';

    const std::unique_ptr<reprtune::Tokenizer> tokenizer = reprtune::load_tokenizer(argv[2]);
    reprtune::Encoding encoding;
    tokenizer->encode("Hello worlds", 16, reprtune::Truncation::end, encoding);
    std::cout << "ids";
    for (const auto id : encoding.ids) std::cout << ' ' << id;
    std::cout << '\n';
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
