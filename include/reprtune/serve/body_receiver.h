#pragma once

#include <reprtune/serve/http_message.h>

#include <string_view>

namespace reprtune::serve {

/// Takes the body of one request piece by piece, where it is not to be held in memory, and answers the
/// request. Must not throw.
class BodyReceiver {
 public:
  virtual ~BodyReceiver() = default;

  /// The next bytes; called until the body ends, whatever became of those before.
  virtual void take(std::string_view bytes) = 0;
  /// The answer, once the body has arrived so far.
  virtual HttpResponse finish(HttpRequest::Body arrival) = 0;
};

}  // namespace reprtune::serve
