#pragma once

#include <reprtune/serve/http_message.h>

#include <optional>
#include <string>
#include <string_view>

namespace reprtune::ui {

/// A file of the page by its path below /ui/, "" for the page itself; absent when there is none. Nothing in
/// it is of a user, and it loads nothing from elsewhere (Content-Security-Policy).
std::optional<serve::HttpResponse> page_file(std::string_view path);

/// What somebody without the token sees: how to get it.
serve::HttpResponse closed_page();

/// A report, as a page that may run the scripts in it but has no part in ours.
serve::HttpResponse report_page(std::string html);

/// Headers of every answer: no other site may frame it, nothing keeps it.
void add_safety_headers(serve::HttpResponse& response);

}  // namespace reprtune::ui
