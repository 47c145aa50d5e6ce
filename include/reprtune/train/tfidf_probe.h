#pragma once

#include <reprtune/data/split.h>
#include <reprtune/io/work_progress.h>

#include <cstddef>
#include <vector>

namespace reprtune {

/// The classes that TF-IDF and logistic regression, fitted on the training rows, give the validation rows:
/// what is reached without an encoder. The fit is that of a linear probe (fit_linear_probe) on Tfidf vectors,
/// at most 100 iterations of it. Time grows with the nonzeros times the classes; of the features so many are
/// kept, the most common ones, that there are at most 20 million weights.
std::vector<std::size_t> tfidf_predictions(const Split& rows, const ProgressListener& progress = {});

}  // namespace reprtune
