#pragma once

#include <reprtune/serve/request_queue.h>

#include <cstddef>
#include <vector>

namespace reprtune::serve {

/// The texts of a request, each of several equal ones once.
class DistinctTexts {
 public:
  explicit DistinctTexts(std::vector<RequestQueue::TokenIds> all);

  std::vector<RequestQueue::TokenIds> ids;  ///< to be moved from
  /// The vectors [B, H] of all texts from those of `ids`.
  std::vector<float> spread(std::vector<float> vectors) const;

 private:
  std::vector<std::size_t> places_;  // [B] where each text of the request is among `ids`
  std::size_t distinct_ = 0;
};

}  // namespace reprtune::serve
