#include <reprtune/hub/hub_settings.h>
#include <reprtune/io/ascii_case.h>
#include <reprtune/io/environment.h>
#include <reprtune/io/error.h>
#include <reprtune/model/hub_cache.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace reprtune {
namespace {

bool is_set(const char* name) {
  const std::string value = ascii_lower_case(environment(name));
  return value == "1" || value == "true" || value == "yes" || value == "on";
}

std::string read_endpoint(std::string endpoint) {
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (endpoint.find('@') != std::string::npos)  // not shown: a password may stand before it
    throw Error(ErrorKind::usage,
                "HF_ENDPOINT: expected an address without a name and password, found one with an '@'");
  const std::string scheme = ascii_lower_case(endpoint.substr(0, endpoint.find("://")));
  const bool plain = std::all_of(endpoint.begin(), endpoint.end(), [](char each) {
    return each > ' ' && each < 0x7f && std::string_view("?#\\").find(each) == std::string_view::npos;
  });
  if ((scheme != "https" && scheme != "http") || web_host(endpoint).empty() || !plain) {
    throw Error(ErrorKind::usage,
                "HF_ENDPOINT: expected an address such as https://huggingface.co, found '" + endpoint + "'");
  }
  return endpoint;
}

std::string read_token() {
  std::string token = environment("HF_TOKEN");
  std::string source = "HF_TOKEN";
  if (token.empty()) {
    source = environment("HF_TOKEN_PATH", (hub_home() / "token").string());
    std::ifstream file(source);
    std::getline(file, token);
  }
  const auto is_space = [](char each) { return each == ' ' || each == '\t' || each == '\r' || each == '\n'; };
  while (!token.empty() && is_space(token.back())) token.pop_back();
  token.erase(token.begin(), std::find_if_not(token.begin(), token.end(), is_space));
  // Anything else would be a header of its own.
  if (!std::all_of(token.begin(), token.end(), [](char each) { return each > ' ' && each < 0x7f; }))
    throw Error(ErrorKind::usage,
                source + ": expected a token in one line of letters and digits, found other characters");
  return token;
}

double read_stall_seconds(double fallback) {
  const std::string text = environment("HF_HUB_DOWNLOAD_TIMEOUT");
  if (text.empty()) return fallback;
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (*end != '\0' || !(seconds > 0 && seconds < 1e6))
    throw Error(ErrorKind::usage,
                "HF_HUB_DOWNLOAD_TIMEOUT: expected a number of seconds, found '" + text + "'");
  return seconds;
}

}  // namespace

HubSettings read_hub_settings() {
  HubSettings settings;
  settings.endpoint = read_endpoint(environment("HF_ENDPOINT", settings.endpoint));
  settings.token = read_token();
  settings.offline = is_set("HF_HUB_OFFLINE");
  settings.stall_seconds = read_stall_seconds(settings.stall_seconds);
  settings.certificates = environment("SSL_CERT_FILE", environment("CURL_CA_BUNDLE"));
  settings.cache = hub_cache();
  return settings;
}

std::string web_host(const std::string& endpoint) {
  const auto scheme = endpoint.find("://");
  if (scheme == std::string::npos) return "";
  const std::string host = endpoint.substr(scheme + 3);
  return host.substr(0, host.find('/'));
}

}  // namespace reprtune
