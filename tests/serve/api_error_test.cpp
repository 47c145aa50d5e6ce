#include <reprtune/serve/api_error.h>

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(ApiError, HasTheFormOfEachApi) {
  const ApiError error(ErrorCause::unknown_model, "no \"x\"", "model");
  EXPECT_EQ(error_response(ApiStyle::cohere, error).body, R"({"message":"no \"x\""})");
  EXPECT_EQ(error_response(ApiStyle::reprtune, error).body, R"({"message":"no \"x\""})");
  EXPECT_EQ(
      error_response(ApiStyle::openai, error).body,
      R"({"error":{"message":"no \"x\"","type":"invalid_request_error","param":"model","code":"model_not_found"}})");
  EXPECT_EQ(error_response(ApiStyle::tei, error).body, R"({"error":"no \"x\"","error_type":"Validation"})");
}

TEST(ApiError, HasTheStatusOfEachApi) {
  const auto status = [](ApiStyle style, ErrorCause cause) {
    return error_response(style, ApiError(cause, "")).status;
  };
  EXPECT_EQ(status(ApiStyle::cohere, ErrorCause::malformed), 400);
  EXPECT_EQ(status(ApiStyle::openai, ErrorCause::malformed), 400);
  EXPECT_EQ(status(ApiStyle::tei, ErrorCause::malformed), 422);
  EXPECT_EQ(status(ApiStyle::tei, ErrorCause::too_many), 413);
  EXPECT_EQ(status(ApiStyle::openai, ErrorCause::failed), 500);
  for (const ApiStyle style : {ApiStyle::cohere, ApiStyle::openai, ApiStyle::tei}) {
    EXPECT_EQ(status(style, ErrorCause::no_key), 401);
    EXPECT_EQ(status(style, ErrorCause::overloaded), 429);
    EXPECT_EQ(status(style, ErrorCause::timed_out), 503);
  }
}

TEST(ApiError, SaysHowToGoOn) {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(error_response(ApiStyle::tei, ApiError(ErrorCause::overloaded, "")).headers,
            (Headers{{"Retry-After", "1"}}));
  EXPECT_EQ(error_response(ApiStyle::cohere, ApiError(ErrorCause::no_key, "")).headers,
            (Headers{{"WWW-Authenticate", "Bearer"}}));
}

TEST(ApiError, SurvivesBytesThatAreNotUtf8) {
  EXPECT_EQ(error_response(ApiStyle::cohere, ApiError(ErrorCause::malformed, "\xff")).body,
            "{\"message\":\"\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace reprtune::serve
