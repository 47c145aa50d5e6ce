#include <reprtune/hub/hub_settings.h>

#include "../model/error_of.h"
#include "../model/temporary_folder.h"

#include <cstdlib>
#include <string>

namespace reprtune {
namespace {

class HubSettingsOf : public testing::Test {
 protected:
  HubSettingsOf() {
    for (const char* name : {"HF_ENDPOINT", "HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_OFFLINE", "HF_HUB_CACHE",
                             "HF_HUB_DOWNLOAD_TIMEOUT", "SSL_CERT_FILE", "CURL_CA_BUNDLE"})
      ::unsetenv(name);
    set("HF_HOME", root_ / "hf");
  }
  static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }
  TemporaryFolder root_;
};

TEST_F(HubSettingsOf, NothingSet) {
  const HubSettings settings = read_hub_settings();
  EXPECT_EQ(settings.endpoint, "https://huggingface.co");
  EXPECT_EQ(settings.token, "");
  EXPECT_FALSE(settings.offline);
  EXPECT_EQ(settings.cache, root_ / "hf/hub");
}

TEST_F(HubSettingsOf, Variables) {
  set("HF_ENDPOINT", "https://mirror.example/hub/");
  set("HF_HUB_OFFLINE", "True");
  set("HF_HUB_CACHE", root_ / "cache");
  set("HF_HUB_DOWNLOAD_TIMEOUT", "2.5");
  set("CURL_CA_BUNDLE", "b.pem");
  const HubSettings settings = read_hub_settings();
  EXPECT_EQ(settings.endpoint, "https://mirror.example/hub");
  EXPECT_TRUE(settings.offline);
  EXPECT_EQ(settings.cache, root_ / "cache");
  EXPECT_EQ(settings.stall_seconds, 2.5);
  EXPECT_EQ(settings.certificates, "b.pem");
  set("SSL_CERT_FILE", "a.pem");
  set("HF_HUB_OFFLINE", "0");
  EXPECT_EQ(read_hub_settings().certificates, "a.pem");
  EXPECT_FALSE(read_hub_settings().offline);
}

TEST_F(HubSettingsOf, TheVariableGoesBeforeTheFile) {
  root_.write("hf/token", " hf_file \nmore\n");
  EXPECT_EQ(read_hub_settings().token, "hf_file");
  set("HF_TOKEN_PATH", root_.write("other", "hf_other"));
  EXPECT_EQ(read_hub_settings().token, "hf_other");
  set("HF_TOKEN", "hf_variable\n");
  EXPECT_EQ(read_hub_settings().token, "hf_variable");
}

TEST_F(HubSettingsOf, MistakesAreNamedAndTokensAreNot) {
  set("HF_TOKEN", "hf_a\r\nX: b");
  const std::string message = error_of(ErrorKind::usage, [] { read_hub_settings(); });
  EXPECT_TRUE(message.starts_with("HF_TOKEN")) << message;
  EXPECT_EQ(message.find("hf_a"), std::string::npos);
  ::unsetenv("HF_TOKEN");
  for (const char* endpoint : {"huggingface.co", "ftp://host", "https://", "https://a b", "https://a?b",
                               "https://a\\b", "https://name:hf_a@host"}) {
    set("HF_ENDPOINT", endpoint);
    const std::string refusal = error_of(ErrorKind::usage, [] { read_hub_settings(); });
    EXPECT_TRUE(refusal.starts_with("HF_ENDPOINT")) << endpoint;
    EXPECT_EQ(refusal.find("hf_a"), std::string::npos) << refusal;
  }
  ::unsetenv("HF_ENDPOINT");
  for (const char* seconds : {"0", "-1", "x", "1s", "nan"}) {
    set("HF_HUB_DOWNLOAD_TIMEOUT", seconds);
    error_of(ErrorKind::usage, [] { read_hub_settings(); });
  }
}

}  // namespace
}  // namespace reprtune
