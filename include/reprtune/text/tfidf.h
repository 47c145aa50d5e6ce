#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace reprtune {

/// A sparse matrix, row by row.
struct SparseRows {
  std::vector<std::int64_t> begins;    ///< [B] place of each row's first entry in the lists below
  std::vector<std::int64_t> features;  ///< [nonzeros] columns
  std::vector<float> values;           ///< [nonzeros]
};

/// Words and pairs of neighbouring words of a text as a vector of length 1: (1 + ln f) * idf for a feature
/// that occurs f times, idf = ln((1 + B) / (1 + b)) + 1 for one that occurs in b of B texts. It is the
/// weighting of scikit-learn's TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True); words are those of
/// BERT's normalization (lower case, no accents, CJK ideographs by themselves) without punctuation, single
/// letters included.
class Tfidf {
 public:
  /// Of the features in these texts at most `most_features`, those in the most texts.
  static Tfidf fit(std::span<const std::string> texts, std::size_t most_features);

  std::size_t feature_count() const { return idf_.size(); }
  /// Features that fit() has not seen count as absent; a text may have none. Time and memory grow with the
  /// bytes of the texts.
  SparseRows transform(std::span<const std::string> texts) const;

 private:
  std::unordered_map<std::string, std::size_t> columns_;
  std::vector<float> idf_;  ///< [features]
};

}  // namespace reprtune
