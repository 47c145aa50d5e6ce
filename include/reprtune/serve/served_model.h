#pragma once

#include <reprtune/model/model.h>
#include <reprtune/serve/known_examples.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune::serve {

/// Texts ready to be embedded.
struct PreparedTexts {
  std::vector<std::vector<std::int32_t>> ids;  // [B][T]
  std::size_t tokens = 0;                      ///< of all, as they will be computed
  std::size_t truncated = 0;                   ///< texts that were cut
};

/// A model under the name that requests call it by. Several threads may use it.
class ServedModel {
 public:
  ServedModel(std::string name, Model model);

  const std::string& name() const { return name_; }
  /// Another number for each model that is loaded: what a client knows of one does not hold for its
  /// successor.
  std::uint64_t generation() const { return generation_; }
  const Model& model() const { return model_; }

  /// What the model's own configuration ("prompts" of sentence-transformers) puts before texts of a use, such
  /// as "query"; empty when it names none.
  std::string_view prompt(std::string_view use) const;
  bool has_prompt(std::string_view use) const;

  /// Cleans texts as in training, puts `prompt` before each and tokenizes them. Throws ApiError, naming the
  /// text by its place from 0: malformed when one is empty, too_many when one is too long for
  /// Truncation::none.
  PreparedTexts prepare(std::span<const std::string> texts, Truncation truncation,
                        std::string_view prompt = {}) const;

  /// What it was trained on, as far as its folder says; read at the first call.
  const KnownExamples& examples() const;
  /// The model that its training began with, as it was asked for; empty where its folder does not say.
  std::string base_name() const;

 private:
  std::string name_;
  std::uint64_t generation_;
  Model model_;
  std::map<std::string, std::string, std::less<>> prompts_;
  mutable std::once_flag examples_read_;
  mutable KnownExamples examples_;
};

}  // namespace reprtune::serve
