#include <reprtune/io/error.h>
#include <reprtune/ui/work_folder.h>

#include "../serve/refused.h"
#include "temporary_folder.h"

#include <filesystem>

#include <nlohmann/json.hpp>

namespace reprtune::ui {
namespace {

class WorkFolderTest : public testing::Test {
 protected:
  TemporaryFolder place_;
};

TEST_F(WorkFolderTest, FindsFilesByTheirNames) {
  place_.write("a.csv", "text,label\n");
  const WorkFolder folder(place_.path());
  EXPECT_EQ(folder.file("a.csv"), folder.path() / "a.csv");
  EXPECT_NE(serve::refusal([&] { folder.file("b.csv"); }), "nothing");
  EXPECT_NE(serve::refusal([&] { folder.file("a.txt"); }).find("expected a file of rows"), std::string::npos);
}

TEST_F(WorkFolderTest, HasNoWayOut) {
  place_.write("inner/a.csv", "x");
  place_.write("outside.csv", "x");
  place_.write("outside/config.json", "{}");
  place_.write("outside/run/state.json", "{}");
  std::filesystem::create_symlink("../outside.csv", place_.path() / "inner/link.csv");
  std::filesystem::create_symlink("a.csv", place_.path() / "inner/own.csv");
  std::filesystem::create_symlink("../outside", place_.path() / "inner/model");
  const WorkFolder folder(place_.path() / "inner");
  for (const char* name : {"", ".", "..", "../outside.csv", "/etc/passwd.csv", "x/../a.csv", ".hidden.csv",
                           "-o.csv", "a\nb.csv", "\xff.csv", "link.csv"})
    EXPECT_NE(serve::refusal([&] { folder.file(name); }), "nothing") << name;
  EXPECT_EQ(serve::refusal([&] { folder.file("own.csv"); }), "nothing");
  for (const char* name : {"", "..", "a/b", "/tmp", ".x", "-x", "x.partial", "model"})
    EXPECT_NE(serve::refusal([&] { folder.model(name); }), "nothing") << name;
  EXPECT_EQ(folder.model("new model"), folder.path() / "new model");
  EXPECT_TRUE(folder.runs().empty());
  EXPECT_TRUE(folder.models().empty());
  EXPECT_EQ(folder.files().size(), 2U);
}

TEST_F(WorkFolderTest, ListsWhatIsThere) {
  place_.write("a.csv", "12345");
  place_.write("b.jsonl.gz", "1");
  place_.write("notes.md", "1");
  place_.write("base/config.json", "{}");
  place_.write("done/config.json", "{}");
  place_.write("done/reprtune.json", "{}");
  place_.write("going.partial/run/state.json", "{}");
  place_.write("done.replaced-by-reprtune/config.json", "{}");
  place_.write("done.replaced-by-reprtune/run/state.json", "{}");
  const WorkFolder folder(place_.path());
  const auto files = folder.files();
  ASSERT_EQ(files.size(), 2U);
  for (const auto& file : files) EXPECT_EQ(file["bytes"], file["name"] == "a.csv" ? 5 : 1);
  EXPECT_EQ(folder.models().dump(), R"([{"name":"base","has_head":false},{"name":"done","has_head":true}])");
  EXPECT_EQ(folder.runs(), (std::vector<std::string>{"done", "going"}));
}

TEST_F(WorkFolderTest, IsAFolder) {
  place_.write("file", "");
  EXPECT_THROW(WorkFolder(place_.path() / "absent"), Error);
  EXPECT_THROW(WorkFolder(place_.path() / "file"), Error);
}

}  // namespace
}  // namespace reprtune::ui
