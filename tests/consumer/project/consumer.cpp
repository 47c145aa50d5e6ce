// Reads labelled rows, tokenizes and embeds with the installed library: consumer TRAIN.csv TOKENIZER_FOLDER
#include <reprtune/data/dataset.h>
#include <reprtune/data/input_options.h>
#include <reprtune/infer/embedder.h>
#include <reprtune/io/error.h>
#include <reprtune/model/model.h>
#include <reprtune/model/model_location.h>
#include <reprtune/text/tokenizer.h>

#include <cstddef>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

void read_rows(const char* file) {
  const reprtune::Dataset dataset = reprtune::load_dataset(file, reprtune::InputOptions{});
  std::cout << "rows " << dataset.examples.size() << " classes " << dataset.labels.size() << '\n';
}

void tokenize(const char* folder) {
  const std::unique_ptr<reprtune::Tokenizer> tokenizer = reprtune::load_tokenizer(folder);
  reprtune::Encoding encoding;
  tokenizer->encode("Hello worlds", 16, reprtune::Truncation::end, encoding);
  std::cout << "ids";
  for (const auto id : encoding.ids) std::cout << ' ' << id;
  std::cout << '\n';
}

/// A folder without weights is refused by the model storey: proves that it is linked even where no base model
/// is.
void refuse(const char* folder) {
  try {
    reprtune::Model::load(folder, reprtune::Precision::float32, at::kCPU);
    std::cout << "loaded a folder without weights\n";
  } catch (const reprtune::Error& error) {
    std::cout << (error.kind() == reprtune::ErrorKind::model ? "refused\n" : error.what());
  }
}

/// Similarities of a text to one that means the same and to one that does not, where the base model is
/// present.
void embed() {
  std::string folder;
  try {
    folder = reprtune::find_model("small");
  } catch (const reprtune::Error&) {
    std::cout << "no base model\n";
    return;
  }
  const auto model = reprtune::Model::load(folder, reprtune::Precision::float32, at::kCPU);
  const std::vector<std::string> texts = {"Where is my parcel?", "My package has not arrived",
                                          "I love this song"};
  const auto tokens = reprtune::tokenize(model, texts, reprtune::Truncation::end, 1);
  const at::Tensor vectors = reprtune::embed_tokens(model, tokens.ids, reprtune::EmbedOptions{});
  const float* first = vectors.const_data_ptr<float>();
  float near = 0, far = 0;
  for (std::int64_t i = 0; i < model.hidden_size(); ++i) {
    near += first[i] * first[model.hidden_size() + i];
    far += first[i] * first[2 * model.hidden_size() + i];
  }
  std::cout << (near > far + 0.2F ? "embedded" : "wrong vectors") << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: consumer TRAIN.csv TOKENIZER_FOLDER\n";
    return 2;
  }
  try {
    read_rows(argv[1]);
    tokenize(argv[2]);
    refuse(argv[2]);
    embed();
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
