#include <reprtune/text/bert_normalizer.h>
#include <reprtune/text/tfidf.h>
#include <reprtune/text/unicode.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

namespace reprtune {
namespace {

bool is_punctuation(std::string_view word) {
  std::size_t at = 0;
  return (code_point_properties(next_code_point(word, at)).flags & kPunctuation) != 0;
}

/// Calls visit(feature) for each word and each pair of neighbours: "word", "word word".
template <typename Visit>
void visit_features(const BertNormalizer& normalizer, std::string_view text, std::string& words,
                    const Visit& visit) {
  words.clear();
  normalizer.append_words(text, words);
  std::string_view before;
  std::string pair;
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = words.find(' ', begin);
    const std::string_view word = std::string_view(words).substr(begin, end - begin);
    begin = end + 1;
    if (is_punctuation(word)) continue;
    visit(word);
    if (!before.empty()) {
      pair.assign(before).append(1, ' ').append(word);
      visit(std::string_view(pair));
    }
    before = word;
  }
}

struct Count {
  std::size_t texts = 0, last_text = 0;  ///< last_text: one more than its index
  std::size_t first = 0;                 ///< place in the order of appearance
};

}  // namespace

Tfidf Tfidf::fit(std::span<const std::string> texts, std::size_t most_features) {
  const BertNormalizer normalizer({});
  std::unordered_map<std::string, Count> counts;
  std::string words;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    visit_features(normalizer, texts[i], words, [&](std::string_view feature) {
      Count& count = counts.emplace(feature, Count{0, 0, counts.size()}).first->second;
      if (std::exchange(count.last_text, i + 1) != i + 1) ++count.texts;
    });
  }
  std::vector<std::pair<std::string, Count>> kept(counts.begin(), counts.end());
  std::ranges::sort(kept, [](const auto& a, const auto& b) {
    return std::pair(b.second.texts, a.second.first) < std::pair(a.second.texts, b.second.first);
  });
  kept.resize(std::min(kept.size(), most_features));
  Tfidf result;
  const auto B = static_cast<double>(texts.size());
  for (const auto& [feature, count] : kept) {
    result.columns_.emplace(feature, result.idf_.size());
    result.idf_.push_back(static_cast<float>(std::log((1 + B) / (1 + static_cast<double>(count.texts))) + 1));
  }
  return result;
}

SparseRows Tfidf::transform(std::span<const std::string> texts) const {
  const BertNormalizer normalizer({});
  SparseRows rows;
  std::string words, key;
  for (const std::string& text : texts) {
    std::map<std::size_t, std::size_t> times;  // by column
    visit_features(normalizer, text, words, [&](std::string_view feature) {
      key.assign(feature);
      if (const auto column = columns_.find(key); column != columns_.end()) ++times[column->second];
    });
    rows.begins.push_back(static_cast<std::int64_t>(rows.features.size()));
    double squares = 0;
    for (const auto& [column, count] : times) {
      const double value = (1 + std::log(static_cast<double>(count))) * static_cast<double>(idf_[column]);
      squares += value * value;
      rows.features.push_back(static_cast<std::int64_t>(column));
      rows.values.push_back(static_cast<float>(value));
    }
    const auto length = static_cast<float>(std::sqrt(squares));
    for (std::size_t i = rows.values.size() - times.size(); i < rows.values.size(); ++i)
      rows.values[i] /= length;
  }
  return rows;
}

}  // namespace reprtune
