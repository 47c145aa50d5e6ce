// Feeds any bytes to the readers of the server's requests: whatever comes, a request or an ApiError of one
// line of UTF-8 in the form of each API; nothing else is thrown. CONTRIBUTING.md says how to build and run
// it.

#include <reprtune/serve/api_error.h>
#include <reprtune/serve/cohere_request.h>
#include <reprtune/serve/openai_request.h>
#include <reprtune/serve/playground_request.h>
#include <reprtune/serve/tei_request.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

namespace {

using namespace reprtune::serve;

void require(bool condition) {
  if (!condition) std::abort();
}

/// An answer that its client can read.
void check(ApiStyle style, const ApiError& error) {
  const HttpResponse response = error_response(style, error);
  require(response.status >= 400 && response.status < 500);
  require(response.body.find('\n') == std::string::npos);
  require(nlohmann::json::accept(response.body));
}

template <typename Read>
void read(ApiStyle style, const Read& read_request) {
  try {
    read_request();
  } catch (const ApiError& error) {
    check(style, error);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const CohereVersion version : {CohereVersion::v1, CohereVersion::v2}) {
    read(ApiStyle::cohere, [&] {
      const auto request = parse_cohere_embed(body, version);
      require(!request.types.empty());
      for (const CohereType type : request.types) require(!cohere_type_name(type).empty());
    });
  }
  read(ApiStyle::cohere, [&] { parse_cohere_classify(body); });
  read(ApiStyle::openai, [&] { parse_openai_embedding(body); });
  read(ApiStyle::tei, [&] { parse_tei_embed(body); });
  read(ApiStyle::tei, [&] {
    const auto request = parse_tei_predict(body);
    require(request.is_batch || request.inputs.size() == 1);
  });
  read(ApiStyle::reprtune, [&] { parse_playground(body); });
  return 0;
}
