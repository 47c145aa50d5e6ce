#pragma once

#include "hub_client.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace reprtune {

/// Held while a file is downloaded, so that two programs do not write the same bytes; Hugging Face's own
/// tools hold it, too.
class DownloadLock {
 public:
  /// Waits for others; `tick` is called meanwhile. Throws Error(runtime), one line that names the file.
  DownloadLock(const std::filesystem::path& path, const std::function<void()>& tick);
  ~DownloadLock();
  DownloadLock(const DownloadLock&) = delete;
  DownloadLock& operator=(const DownloadLock&) = delete;

 private:
  int file_ = -1;
};

/// `<blob>.incomplete`: what has arrived of a blob, this time or an earlier one. It stays where it is when
/// something goes wrong. Throws Error(runtime), one line that names the file, when it cannot be written.
class PartialBlob : public HubClient::Target {
 public:
  explicit PartialBlob(const std::filesystem::path& blob);
  ~PartialBlob() override;
  PartialBlob(const PartialBlob&) = delete;
  PartialBlob& operator=(const PartialBlob&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const override { return size_; }
  void restart() override;
  void write(std::string_view bytes) override;
  /// Puts it in the place of the blob, complete and on the disk.
  void commit();

 private:
  [[noreturn]] void fail() const;

  std::filesystem::path blob_, path_;
  std::uint64_t size_ = 0;
  int file_ = -1;
};

}  // namespace reprtune
