#include "distinct_texts.h"

#include <map>
#include <span>
#include <utility>

namespace reprtune::serve {

DistinctTexts::DistinctTexts(std::vector<RequestQueue::TokenIds> all) {
  std::map<RequestQueue::TokenIds, std::size_t> known;
  places_.reserve(all.size());
  for (RequestQueue::TokenIds& text : all) {
    const auto [place, is_new] = known.try_emplace(std::move(text), known.size());
    if (is_new) ids.push_back(place->first);
    places_.push_back(place->second);
  }
  distinct_ = ids.size();
}

std::vector<float> DistinctTexts::spread(std::vector<float> vectors) const {
  if (distinct_ == places_.size()) return vectors;
  const std::size_t H = vectors.size() / distinct_;
  std::vector<float> all;
  all.reserve(places_.size() * H);
  for (const std::size_t place : places_) {
    const auto vector = std::span(vectors).subspan(place * H, H);
    all.insert(all.end(), vector.begin(), vector.end());
  }
  return all;
}

}  // namespace reprtune::serve
