#include <reprtune/train/class_sample.h>
#include <reprtune/train/measured_rows.h>
#include <reprtune/train/selection.h>

namespace reprtune {

MeasuredRows::MeasuredRows(const Dataset& train) {
  const std::size_t labels = train.labels.size();
  const std::vector<std::size_t> classes = leading_labels(train.row_labels(), labels);
  places_ = first_of_each_class(classes, (kMost + labels - 1) / labels);
  classes_ = select(classes, places_);
  examples_ = even_rows(classes_, TrainingExamples::kMostRows);
}

std::vector<TrainingExamples::Row> MeasuredRows::example_rows(const Dataset& train) const {
  std::vector<TrainingExamples::Row> rows;
  for (const std::size_t place : select(places_, examples_)) {
    const Example& example = train.examples[place];
    TrainingExamples::Row row{example.text, {}};
    for (const std::size_t label : example.labels) row.labels.push_back(train.labels.name(label));
    rows.push_back(std::move(row));
  }
  return rows;
}

at::Tensor MeasuredRows::example_vectors(const at::Tensor& vectors) const {
  return select(vectors, examples_);
}

}  // namespace reprtune
