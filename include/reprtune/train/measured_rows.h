#pragma once

#include <reprtune/data/dataset.h>
#include <reprtune/infer/training_examples.h>

#include <cstddef>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The training rows by which the use of a finished model's vectors is measured: how far a class reaches,
/// what range each element has. The same share of them for each class, as far as it has rows, the first ones.
/// A row with several labels is one of the class of its rarest, those without any are a class. Some of them
/// are kept beside the model as examples.
class MeasuredRows {
 public:
  /// Of so many, a whole share for each class.
  static constexpr std::size_t kMost = 5'000;

  explicit MeasuredRows(const Dataset& train);

  /// Where they are among the training rows, and the class of each. // [M]
  const std::vector<std::size_t>& places() const { return places_; }
  const std::vector<std::size_t>& classes() const { return classes_; }

  /// The examples, without vectors. `train`: as it was given.
  std::vector<TrainingExamples::Row> example_rows(const Dataset& train) const;
  std::size_t example_count() const { return examples_.size(); }
  /// Vectors of these rows -> of the examples. // [M, H] -> [N, H]
  at::Tensor example_vectors(const at::Tensor& vectors) const;

 private:
  std::vector<std::size_t> places_, classes_;
  std::vector<std::size_t> examples_;  ///< places among these rows
};

}  // namespace reprtune
