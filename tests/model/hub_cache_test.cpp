#include <reprtune/model/hub_cache.h>

#include "temporary_folder.h"

#include <string>

namespace reprtune {
namespace {

const std::string kCommit(40, 'a');

TEST(HubCache, Places) {
  const CachedRepository repository("/c", "org/name");
  EXPECT_EQ(repository.blob("e"), "/c/models--org--name/blobs/e");
  EXPECT_EQ(repository.lock("e"), "/c/.locks/models--org--name/e.lock");
  EXPECT_EQ(repository.ref("refs/pr/1"), "/c/models--org--name/refs/refs/pr/1");
  EXPECT_EQ(repository.snapshot("k"), "/c/models--org--name/snapshots/k");
  EXPECT_EQ(repository.absence("k", "modules.json"), "/c/models--org--name/.no_exist/k/modules.json");
}

TEST(HubCache, CommitsByRefAndByName) {
  const TemporaryFolder folder;
  const CachedRepository repository(folder.path(), "org/name");
  EXPECT_EQ(repository.find_commit("main"), std::nullopt);
  folder.write("models--org--name/refs/v1", kCommit);
  EXPECT_EQ(repository.find_commit("v1"), std::nullopt);  // its files are not here
  folder.write("models--org--name/snapshots/" + kCommit + "/config.json", "{}");
  EXPECT_EQ(repository.find_commit("v1"), kCommit);
  EXPECT_EQ(repository.find_commit(kCommit), std::nullopt);  // a pull of it was stopped before its weights
  folder.write("models--org--name/snapshots/" + kCommit + "/model.safetensors", "");
  EXPECT_EQ(repository.find_commit(kCommit), kCommit);
  EXPECT_EQ(repository.find_commit("main"), std::nullopt);
  folder.write("models--org--name/refs/out", "../../..");
  EXPECT_EQ(repository.find_commit("out"), std::nullopt);
}

TEST(HubCache, Commits) {
  EXPECT_TRUE(is_commit(kCommit));
  EXPECT_TRUE(is_commit(std::string(64, '0')));
  for (const std::string& bad :
       {std::string(), std::string(39, 'a'), std::string(40, 'A'), std::string(40, '/')})
    EXPECT_FALSE(is_commit(bad)) << bad;
}

}  // namespace
}  // namespace reprtune
