#pragma once

#include <reprtune/infer/training_examples.h>
#include <reprtune/infer/vector_index.h>
#include <reprtune/model/model.h>

#include <optional>
#include <string>
#include <vector>

namespace reprtune::serve {

/// The training examples that a model's folder has, ready to look among.
struct KnownExamples {
  std::vector<TrainingExamples::Row> rows;
  std::optional<VectorIndex> finetuned;  ///< absent without examples
  std::optional<VectorIndex> base;       ///< by the encoder before training; absent where it was not trained
  std::string reason;                    ///< why there are none, in one line

  static KnownExamples of(const Model& model);
};

}  // namespace reprtune::serve
