#include <reprtune/io/error.h>
#include <reprtune/io/json_text.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/ui/upload.h>

#include <nlohmann/json.hpp>

namespace reprtune::ui {

void Upload::take(std::string_view bytes) {
  empty_ = empty_ && bytes.empty();
  if (problem_) return;
  try {
    file_.write(bytes);
  } catch (const Error& error) {
    problem_ = error.what();
  }
}

serve::HttpResponse Upload::finish(serve::HttpRequest::Body arrival) {
  using enum serve::ErrorCause;
  const auto refuse = [](serve::ErrorCause cause, const std::string& message) {
    return serve::error_response(serve::ApiStyle::reprtune, serve::ApiError(cause, message));
  };
  if (arrival == serve::HttpRequest::Body::too_large)
    return refuse(too_large, "the file is larger than this page takes: copy it into the folder instead");
  if (arrival == serve::HttpRequest::Body::cut_off) return refuse(malformed, "the file did not arrive whole");
  if (empty_) return refuse(malformed, "the file is empty");
  try {
    if (!problem_) {
      const std::string name = file_.commit();
      return {.body = json_text(nlohmann::json{{"name", name}}) + "\n"};
    }
  } catch (const Error& error) {
    problem_ = error.what();
  }
  return refuse(failed, *problem_);
}

}  // namespace reprtune::ui
