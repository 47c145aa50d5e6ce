#include <reprtune/report/page.h>
#include <reprtune/ui/page.h>

#include "page_files.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace reprtune::ui {
namespace {

constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr const char* kReportPolicy =
    "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kStyle = "text/css; charset=utf-8";
constexpr const char* kScript = "text/javascript; charset=utf-8";

struct PageFile {
  std::string_view path, bytes;
  const char* type;
};

const std::vector<PageFile>& page_files() {
  static const std::vector<PageFile> files = {
      {"", kUiHtml, kHtml},
      {"base.css", page_style(), kStyle},
      {"ui.css", kUiCss, kStyle},
      {"app.js", kUiAppJs, kScript},
      {"server.js", kUiServerJs, kScript},
      {"elements.js", kUiElementsJs, kScript},
      {"words.js", kUiWordsJs, kScript},
      {"chart.js", kUiChartJs, kScript},
      {"draft.js", kUiDraftJs, kScript},
      {"home.js", kUiHomeJs, kScript},
      {"data_step.js", kUiDataStepJs, kScript},
      {"settings_step.js", kUiSettingsStepJs, kScript},
      {"review_step.js", kUiReviewStepJs, kScript},
      {"run.js", kUiRunJs, kScript},
      {"compare.js", kUiCompareJs, kScript},
  };
  return files;
}

}  // namespace

std::optional<serve::HttpResponse> page_file(std::string_view path) {
  const auto& files = page_files();
  const auto file = std::ranges::find(files, path, &PageFile::path);
  if (file == files.end()) return std::nullopt;
  serve::HttpResponse response{.content_type = file->type, .body = std::string(file->bytes)};
  response.headers.emplace_back("Content-Security-Policy", kPolicy);
  return response;
}

serve::HttpResponse closed_page() {
  serve::HttpResponse response{
      .status = 403,
      .content_type = kHtml,
      .body =
          "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>reprtune</title>\n"
          "<p>This page opens with the address that <code>reprtune ui</code> has printed: the token in it "
          "is the key.</p>\n</html>\n"};
  response.headers.emplace_back("Content-Security-Policy", kPolicy);
  return response;
}

serve::HttpResponse report_page(std::string html) {
  serve::HttpResponse response{.content_type = kHtml, .body = std::move(html)};
  response.headers.emplace_back("Content-Security-Policy", kReportPolicy);
  return response;
}

void add_safety_headers(serve::HttpResponse& response) {
  const auto add = [&](const char* name, const char* value) {
    const auto named = [name](const auto& header) { return header.first == name; };
    if (std::ranges::none_of(response.headers, named)) response.headers.emplace_back(name, value);
  };
  add("Cache-Control", "no-store");
  add("Referrer-Policy", "no-referrer");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace reprtune::ui
