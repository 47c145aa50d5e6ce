#pragma once

#include <filesystem>
#include <string>

namespace reprtune {

/// How a hub is reached, by the variables that Hugging Face's own tools have.
struct HubSettings {
  std::string endpoint = "https://huggingface.co";  ///< $HF_ENDPOINT, without a slash at its end
  std::string token;            ///< $HF_TOKEN, else the file $HF_TOKEN_PATH or $HF_HOME/token
  bool offline = false;         ///< $HF_HUB_OFFLINE
  double stall_seconds = 30;    ///< $HF_HUB_DOWNLOAD_TIMEOUT
  std::string certificates;     ///< $SSL_CERT_FILE, else $CURL_CA_BUNDLE
  std::filesystem::path cache;  ///< hub_cache()
};

/// Throws Error(usage), one line that names the variable and never shows a token.
HubSettings read_hub_settings();

/// "host" or "host:port" as the endpoint has it, for messages.
std::string web_host(const std::string& endpoint);

}  // namespace reprtune
