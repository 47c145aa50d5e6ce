#include "hub_client.h"

#include <reprtune/data/display_text.h>
#include <reprtune/io/error.h>
#include <reprtune/model/hub_cache.h>

#include "digest.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

constexpr int kRedirects = 10;
constexpr int kAttempts = 4;                    // in a row without a new byte
constexpr double kFirstPause = 0.5;             // seconds; twice as long each time
constexpr double kLongestPause = 60;            // that the other side may ask for
constexpr std::size_t kLongestList = 64 << 20;  // bytes

/// A part of an address: everything but letters, digits and "-._~" as %XX.
std::string percent_encoded(const std::string& text, std::string_view kept = "") {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') ||
                       std::string_view("-._~").find(character) != std::string_view::npos ||
                       kept.find(character) != std::string_view::npos;
    if (plain) {
      encoded += character;
    } else {
      encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return encoded;
}

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Where the bytes of a 206 begin: "bytes 100-199/200".
std::optional<std::uint64_t> range_begin(const WebReply& reply) {
  std::string_view range =
      reply.headers.count("content-range") ? std::string_view(reply.headers.at("content-range")) : "";
  if (!range.starts_with("bytes ")) return std::nullopt;
  range.remove_prefix(6);
  return read_number(range.substr(0, range.find('-')));
}

HubListing read_listing(const std::string& bytes) {
  const nlohmann::json json = nlohmann::json::parse(bytes);
  HubListing listing;
  listing.commit = json.at("sha").get<std::string>();
  for (const auto& file : json.at("siblings"))
    listing.paths.push_back(file.at("rfilename").get<std::string>());
  return listing;
}

}  // namespace

HubClient::HubClient(const HubSettings& settings, HubName name, std::function<void()> tick)
    : settings_(settings),
      name_(std::move(name)),
      tick_(std::move(tick)),
      web_({.stall_seconds = settings.stall_seconds, .certificates = settings.certificates}, tick_) {}

HubListing HubClient::list() {
  std::string bytes;
  WebRequest request;
  request.url =
      settings_.endpoint + "/api/models/" + name_.id + "/revision/" + percent_encoded(name_.revision);
  request.body = [&](const WebReply& reply, std::string_view piece) {
    if (reply.status == 200) bytes += piece;
    if (bytes.size() > kLongestList) throw WebFailure("its list of files does not end", false, false);
  };
  const WebReply reply = send_until_answered(request, [&bytes] {
    bytes.clear();
    return 0;
  });
  if (reply.status != 200) refuse(reply);
  HubListing listing;
  try {
    listing = read_listing(bytes);
  } catch (const nlohmann::json::exception&) {
    listing.commit.clear();
  }
  if (!is_commit(listing.commit))
    throw Error(ErrorKind::runtime, web_host(settings_.endpoint) +
                                        ": its answer is not a hub's list of files (check HF_ENDPOINT)");
  return listing;
}

HubFile HubClient::describe(const std::string& commit, const std::string& path) {
  WebRequest request;
  request.url = file_url(commit, path);
  request.only_head = true;
  const WebReply reply = send_until_answered(request, [] { return 0; });
  const bool elsewhere = !reply.redirect.empty();  // its bytes are; what the hub says of it is complete
  if (reply.status != 200 && !elsewhere) refuse(reply);
  const bool is_linked = !reply.header("x-linked-etag").empty();
  HubFile file;
  file.path = path;
  file.etag = etag_name(reply.header(is_linked ? "x-linked-etag" : "etag"));
  if (file.etag.empty())
    throw Error(ErrorKind::runtime, web_host(settings_.endpoint) + ": does not say which version of " + path +
                                        " it has (no usable ETag; check HF_ENDPOINT)");
  file.size = read_number(reply.header("x-linked-size"));
  if (!file.size && !elsewhere) file.size = read_number(reply.header("content-length"));
  return file;
}

void HubClient::fetch(const std::string& commit, const HubFile& file, Target& target) {
  WebRequest request;
  request.url = file_url(commit, file.path);
  bool first_piece = true;
  request.body = [&](const WebReply& reply, std::string_view bytes) {
    if (reply.status != 200 && reply.status != 206) return;
    // A server may answer with the whole file, or with another part of it.
    if (std::exchange(first_piece, false) && target.size() > 0 &&
        (reply.status == 200 || range_begin(reply) != target.size())) {
      target.restart();
      if (reply.status == 206) throw WebFailure("sent another part of " + file.path, false, true);
    }
    target.write(bytes);
    if (file.size && target.size() > *file.size) {
      target.restart();
      throw WebFailure("sent more of " + file.path + " than there is", false, false);
    }
  };
  const auto prepare = [&] {
    first_piece = true;
    request.headers = {"Accept-Encoding: identity"};
    if (target.size() > 0) request.headers.push_back("Range: bytes=" + std::to_string(target.size()) + "-");
    return target.size();
  };
  WebReply reply = send_until_answered(request, prepare);
  if (reply.status == 416) {  // it has no more bytes than we have
    target.restart();
    reply = send_until_answered(request, prepare);
  }
  if (reply.status != 200 && reply.status != 206) refuse(reply);
}

/// Follows redirects; a HEAD request only within the hub. Answers that say "later" are failures.
WebReply HubClient::send(WebRequest request) {
  const std::string origin = web_origin(settings_.endpoint);
  const auto headers = request.headers;
  for (int i = 0; i < kRedirects; ++i) {
    request.headers = headers;
    if (!settings_.token.empty() && web_origin(request.url) == origin)
      request.headers.push_back("Authorization: Bearer " + settings_.token);
    WebReply reply = web_.send(request);
    const double wait =
        std::min(kLongestPause, static_cast<double>(read_number(reply.header("retry-after")).value_or(0)));
    if (reply.status >= 500 || reply.status == 429 || reply.status == 408)
      throw WebFailure("answered with " + std::to_string(reply.status) + " (try again later)", false, true,
                       wait);
    if (reply.redirect.empty() || (request.only_head && web_origin(reply.redirect) != origin)) return reply;
    if (origin.starts_with("https:") && !web_origin(reply.redirect).starts_with("https:"))
      throw WebFailure("leads from https to '" + display_text(reply.redirect, 200) + "'", false, false);
    request.url = reply.redirect;
  }
  throw WebFailure("leads in a circle", false, false);
}

/// `arrived` is called before each attempt, and gives the number of bytes that earlier ones have brought.
WebReply HubClient::send_until_answered(const WebRequest& request,
                                        const std::function<std::uint64_t()>& arrived) {
  std::uint64_t before = arrived();
  for (int attempt = 1;; ++attempt) {
    double wait = 0;
    try {
      WebReply reply = send(request);
      answered_ = true;
      return reply;
    } catch (const WebFailure& failure) {
      const bool may_pass = failure.passing || (failure.unreached && answered_);
      answered_ = answered_ || !failure.unreached;
      const std::uint64_t now = arrived();
      if (now > before) attempt = 0;
      before = now;
      if (!may_pass || attempt == kAttempts)
        throw Error(ErrorKind::runtime,
                    name_.text() + ": " + web_host(settings_.endpoint) + ": " + failure.what());
      wait = std::max(failure.wait, kFirstPause * static_cast<double>(1 << attempt));
    }
    pause(wait);
  }
}

std::string HubClient::file_url(const std::string& commit, const std::string& path) const {
  return settings_.endpoint + "/" + name_.id + "/resolve/" + commit + "/" + percent_encoded(path, "/");
}

void HubClient::refuse(const WebReply& reply) const {
  const std::string host = web_host(settings_.endpoint), code = reply.header("x-error-code");
  const auto fail = [this](const std::string& what) {
    throw Error(ErrorKind::model, name_.text() + ": " + what);
  };
  if (code == "GatedRepo")
    fail("is gated: accept its conditions at " + host + "/" + name_.id +
         ", and set HF_TOKEN to a token of that account");
  if (reply.status == 404 && code == "RevisionNotFound")
    fail("there is no revision '" + name_.revision + "' of it on " + host);
  if (reply.status == 404) fail("there is no such model on " + host + " (check the spelling)");
  if (reply.status == 401 || reply.status == 403) {
    fail(settings_.token.empty()
             ? "is not on " + host +
                   ", or private (check the spelling, or set HF_TOKEN to a token that may read it)"
             : "is not on " + host + ", or its token may not read it (check the spelling, and HF_TOKEN)");
  }
  throw Error(ErrorKind::runtime, name_.text() + ": " + host + " answered with " +
                                      std::to_string(reply.status) + ", expected 200");
}

void HubClient::pause(double seconds) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    tick_();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace reprtune
