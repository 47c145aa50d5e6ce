#include "partial_blob.h"

#include "../model/error_of.h"
#include "../model/temporary_folder.h"

#include <atomic>
#include <stdexcept>
#include <thread>

namespace reprtune {
namespace {

TEST(PartialBlob, GoesOnWithWhatIsThere) {
  const TemporaryFolder folder;
  {
    PartialBlob partial(folder / "blob");
    partial.write("abc");
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "blob"));
  PartialBlob partial(folder / "blob");
  EXPECT_EQ(partial.size(), 3U);
  partial.write("def");
  EXPECT_EQ(partial.size(), 6U);
  partial.commit();
  EXPECT_EQ(file_bytes(folder / "blob"), "abcdef");
  EXPECT_FALSE(std::filesystem::exists(partial.path()));
}

TEST(PartialBlob, Restarts) {
  const TemporaryFolder folder;
  PartialBlob partial(folder / "blob");
  partial.write("abc");
  partial.restart();
  EXPECT_EQ(partial.size(), 0U);
  partial.write("x");
  partial.commit();
  EXPECT_EQ(file_bytes(folder / "blob"), "x");
}

TEST(PartialBlob, ItsTroubleNamesTheFile) {
  const TemporaryFolder folder;
  EXPECT_NE(error_of(ErrorKind::runtime, [&] { PartialBlob(folder / "no/blob"); }).find("no/blob.incomplete"),
            std::string::npos);
}

TEST(DownloadLock, IsHeldByOneAtATime) {
  const TemporaryFolder folder;
  std::atomic<bool> waits = false, has = false;
  std::thread second;
  {
    const DownloadLock first(folder / "lock", nullptr);
    second = std::thread([&] {
      const DownloadLock lock(folder / "lock", [&waits] { waits = true; });
      has = true;
    });
    while (!waits) std::this_thread::yield();
    EXPECT_FALSE(has);
    EXPECT_THROW(DownloadLock(folder / "lock", [] { throw std::runtime_error("stop"); }), std::runtime_error);
  }
  second.join();
  EXPECT_TRUE(has);
}

}  // namespace
}  // namespace reprtune
