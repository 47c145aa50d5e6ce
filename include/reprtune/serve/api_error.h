#pragma once

#include <reprtune/serve/http_message.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace reprtune::serve {

/// Whose form an answer has.
enum class ApiStyle { reprtune, cohere, openai, tei };

/// Why a request is not answered as its sender hoped.
enum class ErrorCause {
  malformed,      ///< not JSON, or a member of the wrong type or value
  too_many,       ///< more texts in a request, or tokens in a text, than are taken
  too_large,      ///< more bytes than are taken
  wrong_type,     ///< the content type is not JSON
  wrong_host,     ///< the Host header names another machine
  no_key,         ///< the API key is missing or wrong
  unknown_path,   ///< nothing is served there
  wrong_method,   ///< the path is served, but not for this method
  unknown_model,  ///< no model of that name is served
  unfit_model,    ///< the model cannot do this: it has no head, no ranges
  overloaded,     ///< the queue is full
  timed_out,      ///< the answer was not ready in time
  failed,         ///< our own fault
};

/// What a client is told: one line, where, what was expected, what was found.
class ApiError : public std::runtime_error {
 public:
  /// `parameter`: the member of the request that is at fault, empty when none is.
  ApiError(ErrorCause cause, const std::string& message, std::string parameter = {})
      : std::runtime_error(message), cause_(cause), parameter_(std::move(parameter)) {}
  ErrorCause cause() const noexcept { return cause_; }
  const std::string& parameter() const noexcept { return parameter_; }

 private:
  ErrorCause cause_;
  std::string parameter_;
};

/// The error in the form of an API:
///
///     cohere, reprtune  {"message": "..."}
///     openai            {"error": {"message": "...", "type": "...", "param": null, "code": null}}
///     tei               {"error": "...", "error_type": "..."}
HttpResponse error_response(ApiStyle style, const ApiError& error);

}  // namespace reprtune::serve
