#include <reprtune/io/json_text.h>
#include <reprtune/serve/api_error.h>

#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

using Json = nlohmann::ordered_json;

/// How each API says a cause. An empty code is null.
struct Wording {
  ErrorCause cause;
  int status;                    // of cohere, openai and reprtune
  std::string_view openai_type;  // as openai's own server words it
  std::string_view openai_code;
  int tei_status;
  std::string_view tei_type;
};

constexpr std::string_view kInvalid = "invalid_request_error";

constexpr Wording kWordings[] = {
    {ErrorCause::malformed, 400, kInvalid, "", 422, "Validation"},
    {ErrorCause::too_many, 400, kInvalid, "", 413, "Validation"},
    {ErrorCause::too_large, 413, kInvalid, "", 413, "Validation"},
    {ErrorCause::wrong_type, 415, kInvalid, "", 415, "Validation"},
    {ErrorCause::wrong_host, 403, kInvalid, "", 403, "Validation"},
    {ErrorCause::no_key, 401, kInvalid, "invalid_api_key", 401, "Unauthorized"},
    {ErrorCause::unknown_path, 404, kInvalid, "", 404, "Validation"},
    {ErrorCause::wrong_method, 405, kInvalid, "", 405, "Validation"},
    {ErrorCause::unknown_model, 404, kInvalid, "model_not_found", 404, "Validation"},
    {ErrorCause::unfit_model, 400, kInvalid, "", 424, "Backend"},
    {ErrorCause::overloaded, 429, "requests", "rate_limit_exceeded", 429, "Overloaded"},
    {ErrorCause::timed_out, 503, "server_error", "", 503, "Backend"},
    {ErrorCause::failed, 500, "server_error", "", 424, "Backend"},
};

const Wording& wording_of(ErrorCause cause) {
  for (const Wording& wording : kWordings)
    if (wording.cause == cause) return wording;
  return wording_of(ErrorCause::failed);
}

Json text_or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

Json error_body(ApiStyle style, const Wording& wording, const ApiError& error) {
  switch (style) {
    case ApiStyle::openai:
      return {{"error",
               {{"message", error.what()},
                {"type", wording.openai_type},
                {"param", text_or_null(error.parameter())},
                {"code", text_or_null(wording.openai_code)}}}};
    case ApiStyle::tei:
      return {{"error", error.what()}, {"error_type", wording.tei_type}};
    case ApiStyle::cohere:
    case ApiStyle::reprtune:
      break;
  }
  return {{"message", error.what()}};
}

}  // namespace

HttpResponse error_response(ApiStyle style, const ApiError& error) {
  const Wording& wording = wording_of(error.cause());
  HttpResponse response;
  response.status = style == ApiStyle::tei ? wording.tei_status : wording.status;
  // A message may quote a client's bytes.
  response.body = json_text(error_body(style, wording, error));
  if (error.cause() == ErrorCause::no_key) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (error.cause() == ErrorCause::overloaded) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace reprtune::serve
