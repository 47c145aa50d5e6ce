#pragma once

#include <reprtune/hub/hub_settings.h>
#include <reprtune/model/hub_name.h>

#include "web_request.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// What a hub has under a name.
struct HubListing {
  std::string commit;
  std::vector<std::string> paths;
};

struct HubFile {
  std::string path;
  std::string etag;  ///< as etag_name()
  std::optional<std::uint64_t> size;
};

/// Asks a hub, and follows its redirects; the token goes nowhere but to the hub's own origin. Trouble that
/// may pass is tried again a few times, with longer and longer pauses. Every member throws Error, one line
/// that says which model and which host: of kind model when the hub has no such thing or does not let us have
/// it, else of kind runtime.
class HubClient {
 public:
  /// `tick` is called often while something is waited for; what it throws ends the request.
  HubClient(const HubSettings& settings, HubName name, std::function<void()> tick);

  HubListing list();
  HubFile describe(const std::string& commit, const std::string& path);

  /// Where the bytes of a file go, which may already have some.
  class Target {
   public:
    virtual ~Target() = default;
    virtual std::uint64_t size() const = 0;
    virtual void restart() = 0;  ///< what is there is of no use
    virtual void write(std::string_view bytes) = 0;
  };
  /// Adds to `target` what it lacks.
  void fetch(const std::string& commit, const HubFile& file, Target& target);

 private:
  WebReply send(WebRequest request);
  WebReply send_until_answered(const WebRequest& request, const std::function<std::uint64_t()>& arrived);
  std::string file_url(const std::string& commit, const std::string& path) const;
  [[noreturn]] void refuse(const WebReply& reply) const;
  void pause(double seconds) const;

  HubSettings settings_;
  HubName name_;
  std::function<void()> tick_;
  WebClient web_;
  bool answered_ = false;  ///< the hub has been reached: if it is not any more, that may pass
};

}  // namespace reprtune
