#include "web_request.h"

#include <reprtune/data/display_text.h>
#include <reprtune/io/ascii_case.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <exception>
#include <utility>

#include <curl/curl.h>
#include <dlfcn.h>

namespace reprtune {
namespace {

/// The functions of libcurl that are used here.
struct Curl {
  decltype(&curl_easy_init) init;
  decltype(&curl_easy_reset) reset;
  decltype(&curl_easy_setopt) set;
  decltype(&curl_easy_perform) perform;
  decltype(&curl_easy_getinfo) get;
  decltype(&curl_easy_cleanup) cleanup;
  decltype(&curl_easy_strerror) message;
  decltype(&curl_slist_append) append;
  decltype(&curl_slist_free_all) free_list;
  decltype(&curl_url) new_url;
  decltype(&curl_url_cleanup) free_url;
  decltype(&curl_url_set) set_url;
  decltype(&curl_url_get) get_url;
  decltype(&curl_free) free_text;
};

template <typename Function>
void find_function(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr)
    throw Error(ErrorKind::runtime, std::string("libcurl has no function ") + name + " (update libcurl4)");
}

Curl load_curl() {
  void* library = nullptr;
  for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4"}) {
    if (library == nullptr) library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  }
  if (library == nullptr)
    throw Error(ErrorKind::runtime, "downloading needs libcurl.so.4, which is not here (install libcurl4)");
  decltype(&curl_global_init) global_init = nullptr;
  find_function(library, "curl_global_init", global_init);
  global_init(CURL_GLOBAL_DEFAULT);
  Curl curl;
  find_function(library, "curl_easy_init", curl.init);
  find_function(library, "curl_easy_reset", curl.reset);
  find_function(library, "curl_easy_setopt", curl.set);
  find_function(library, "curl_easy_perform", curl.perform);
  find_function(library, "curl_easy_getinfo", curl.get);
  find_function(library, "curl_easy_cleanup", curl.cleanup);
  find_function(library, "curl_easy_strerror", curl.message);
  find_function(library, "curl_slist_append", curl.append);
  find_function(library, "curl_slist_free_all", curl.free_list);
  find_function(library, "curl_url", curl.new_url);
  find_function(library, "curl_url_cleanup", curl.free_url);
  find_function(library, "curl_url_set", curl.set_url);
  find_function(library, "curl_url_get", curl.get_url);
  find_function(library, "curl_free", curl.free_text);
  return curl;
}

const Curl& curl() {
  static const Curl functions = load_curl();
  return functions;
}

/// A request under way, as libcurl's callbacks see it. No exception may pass through the library.
struct Exchange {
  const WebRequest& request;
  const std::function<void()>& tick;
  CURL* handle;
  WebReply reply;
  std::exception_ptr thrown;

  template <typename Work>
  bool guarded(const Work& work) {
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
    return thrown == nullptr;
  }

  void add_header(std::string_view line) {
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back()))) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) reply.headers.clear();  // of a "100 Continue" before
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const auto value = line.find_first_not_of(" \t", colon + 1);
    reply.headers[ascii_lower_case(line.substr(0, colon))] =
        value == std::string_view::npos ? "" : line.substr(value);
  }

  void add_body(std::string_view bytes) {
    curl().get(handle, CURLINFO_RESPONSE_CODE, &reply.status);
    if (request.body) request.body(reply, bytes);
  }
};

std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* exchange) {
  auto& self = *static_cast<Exchange*>(exchange);
  return self.guarded([&] { self.add_header({bytes, size}); }) ? size : 0;
}

std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* exchange) {
  auto& self = *static_cast<Exchange*>(exchange);
  return self.guarded([&] { self.add_body({bytes, size}); }) ? size : 0;
}

int on_progress(void* exchange, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& self = *static_cast<Exchange*>(exchange);
  return self.guarded(self.tick) ? 0 : 1;
}

long whole_seconds(double seconds) { return std::max(1L, std::lround(seconds)); }

bool is_passing(CURLcode code) {
  constexpr std::array kPassing = {CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
                                   CURLE_GOT_NOTHING,  CURLE_HTTP2,      CURLE_HTTP2_STREAM};
  return std::find(kPassing.begin(), kPassing.end(), code) != kPassing.end();
}

WebFailure failure(CURLcode code, std::string detail, double stall_seconds) {
  if (detail.empty()) detail = curl().message(code);
  std::replace(detail.begin(), detail.end(), '\n', ' ');
  if (code == CURLE_OPERATION_TIMEDOUT && detail.starts_with("Operation too slow"))
    return {"sent nothing for " + std::to_string(whole_seconds(stall_seconds)) + " s", false, true};
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return {"cannot be reached: " + detail + " (check the network, HTTPS_PROXY, HF_ENDPOINT)", true, false};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return {"its certificate is not trusted: " + detail +
                  " (SSL_CERT_FILE names a file of the certificates to trust)",
              false, false};
    default:
      return {(is_passing(code) ? "the connection broke off: " : "the request failed: ") + detail, false,
              is_passing(code)};
  }
}

using ParsedUrl = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

/// Null for an address that libcurl refuses, and for one with a name or password.
ParsedUrl parse_url(const std::string& url) {
  ParsedUrl parsed(curl().new_url(), curl().free_url);
  if (curl().set_url(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK)
    parsed.reset();
  return parsed;
}

/// A part in lower case; the port where the address has none is that of its scheme.
std::string url_part(const ParsedUrl& url, CURLUPart part) {
  char* text = nullptr;
  if (curl().get_url(url.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, curl().free_text);
  return ascii_lower_case(text);
}

}  // namespace

std::string web_origin(const std::string& url) {
  const ParsedUrl parsed = parse_url(url);
  const std::string scheme = parsed ? url_part(parsed, CURLUPART_SCHEME) : "";
  if (scheme != "http" && scheme != "https") {
    throw WebFailure("leads to '" + display_text(url, 200) +
                         "', expected an address of http or https without a name and password",
                     false, false);
  }
  return scheme + "://" + url_part(parsed, CURLUPART_HOST) + ":" + url_part(parsed, CURLUPART_PORT);
}

std::string WebReply::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

class WebClient::Handle {
 public:
  Handle() : curl_(curl().init()) {}
  ~Handle() { curl().cleanup(curl_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  CURL* get() const { return curl_; }

 private:
  CURL* curl_;
};

WebClient::WebClient(Options options, std::function<void()> tick)
    : options_(std::move(options)), tick_(std::move(tick)), handle_(std::make_unique<Handle>()) {}

WebClient::~WebClient() = default;

WebReply WebClient::send(const WebRequest& request) {
  web_origin(request.url);  // throws for what is not to be asked
  CURL* handle = handle_->get();
  Exchange exchange{request, tick_, handle, {}, nullptr};
  std::array<char, CURL_ERROR_SIZE> detail = {};
  curl_slist* list = nullptr;
  for (const std::string& header : request.headers) list = curl().append(list, header.c_str());

  curl().reset(handle);  // keeps the open connections
  const auto set = [handle](CURLoption option, auto value) { curl().set(handle, option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_NOBODY, request.only_head ? 1L : 0L);
  set(CURLOPT_HTTPHEADER, list);
  set(CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(CURLOPT_ERRORBUFFER, detail.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_BUFFERSIZE, 262'144L);
  set(CURLOPT_CONNECTTIMEOUT, whole_seconds(options_.stall_seconds));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, whole_seconds(options_.stall_seconds));
  if (!options_.certificates.empty()) set(CURLOPT_CAINFO, options_.certificates.c_str());
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, &exchange);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &exchange);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, &exchange);
  const CURLcode code = curl().perform(handle);
  curl().free_list(list);

  if (exchange.thrown) std::rethrow_exception(exchange.thrown);
  if (code != CURLE_OK) throw failure(code, detail.data(), options_.stall_seconds);
  curl().get(handle, CURLINFO_RESPONSE_CODE, &exchange.reply.status);
  const char* redirect = nullptr;
  curl().get(handle, CURLINFO_REDIRECT_URL, &redirect);
  if (redirect != nullptr) exchange.reply.redirect = redirect;
  return std::move(exchange.reply);
}

}  // namespace reprtune
