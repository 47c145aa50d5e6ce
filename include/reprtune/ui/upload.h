#pragma once

#include <reprtune/io/new_file.h>
#include <reprtune/serve/body_receiver.h>

#include <optional>
#include <string>

namespace reprtune::ui {

/// A file that a browser sends, written to the folder as it arrives. The answer is {"name"}: the one it was
/// given there, which is another where there was a file of that name.
class Upload : public serve::BodyReceiver {
 public:
  /// Throws Error(runtime) when it cannot be written.
  Upload(const std::filesystem::path& folder, const std::string& name) : file_(folder, name) {}

  void take(std::string_view bytes) override;
  serve::HttpResponse finish(serve::HttpRequest::Body arrival) override;

 private:
  NewFile file_;
  std::optional<std::string> problem_;
  bool empty_ = true;
};

/// Answers with an error, after the body has passed by.
class RefusedUpload : public serve::BodyReceiver {
 public:
  explicit RefusedUpload(serve::HttpResponse answer) : answer_(std::move(answer)) {}
  void take(std::string_view) override {}
  serve::HttpResponse finish(serve::HttpRequest::Body) override { return answer_; }

 private:
  serve::HttpResponse answer_;
};

}  // namespace reprtune::ui
