#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reprtune {
namespace {

namespace fs = std::filesystem;

class AtomicFileTest : public testing::Test {
 protected:
  AtomicFileTest() {
    std::string pattern = (fs::temp_directory_path() / "reprtune-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~AtomicFileTest() override { fs::remove_all(folder_); }

  fs::path put(const fs::path& name, const std::string& bytes) const {
    const fs::path file = folder_ / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }

  static std::string contents(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_;
};

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::runtime);
    return error.what();
  }
  return "no error";
}

TEST_F(AtomicFileTest, WritesWhereALinkLeads) {
  const fs::path target = put("elsewhere/target.txt", "before");
  fs::create_symlink("elsewhere/target.txt", folder_ / "link");
  fs::create_symlink("link", folder_ / "link-to-link");
  write_file(folder_ / "link-to-link", "after");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link-to-link"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(contents(target), "after");
}

TEST_F(AtomicFileTest, MakesWhatALinkLeadsTo) {
  fs::create_symlink("to-come.txt", folder_ / "link");
  write_file(folder_ / "link", "new");
  EXPECT_EQ(contents(folder_ / "to-come.txt"), "new");
}

TEST_F(AtomicFileTest, RefusesLinksInACircle) {
  fs::create_symlink("b", folder_ / "a");
  fs::create_symlink("a", folder_ / "b");
  EXPECT_THROW(write_file(folder_ / "a", "new"), Error);
}

TEST_F(AtomicFileTest, ExistingFileStaysUntilCommit) {
  const fs::path path = put("result.csv", "old");
  AtomicFile file(path);
  file.write("new ");
  file.write("bytes");
  EXPECT_EQ(contents(path), "old");
  file.commit();
  EXPECT_EQ(contents(path), "new bytes");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, NoBytesAtNoAddressAreWritten) {  // undefined behaviour once, seen by the sanitizer
  const fs::path path = folder_ / "empty";
  AtomicFile file(path);
  file.write(std::string_view());
  file.commit();
  EXPECT_EQ(contents(path), "");
}

TEST_F(AtomicFileTest, DestroyedBeforeCommitLeavesTheOldFileAlone) {
  const fs::path path = put("result.csv", "old");
  { AtomicFile(path).write("half of the new"); }
  EXPECT_EQ(contents(path), "old");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, WritersOfOnePlaceDoNotMeet) {
  const fs::path path = folder_ / "result.csv";
  AtomicFile first(path), second(path);
  first.write("first");
  second.write("the second one");
  first.commit();
  EXPECT_EQ(contents(path), "first");
  second.commit();
  EXPECT_EQ(contents(path), "the second one");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, OtherFilesAndLinksBesideAreLeftAlone) {
  put("other", "1");
  fs::create_symlink("other", folder_ / "result.csv.partial");
  { AtomicFile(folder_ / "result.csv").write("new"); }
  write_file(folder_ / "result.csv", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "result.csv.partial"));
  EXPECT_EQ(contents(folder_ / "other"), "1");
}

TEST_F(AtomicFileTest, WhatIsReplacedKeepsItsPermissions) {
  const fs::path path = put("result.csv", "old");
  for (const auto permissions : {fs::perms(0600), fs::perms(0664), fs::perms(0444)}) {
    fs::permissions(path, permissions);
    AtomicFile file(path);
    for (const auto& entry : fs::directory_iterator(folder_))
      EXPECT_EQ(entry.status().permissions(), permissions) << entry.path();
    file.commit();
    EXPECT_EQ(fs::status(path).permissions(), permissions);
  }
}

TEST_F(AtomicFileTest, WriteAtOverwritesAndThenAppends) {
  AtomicFile file(folder_ / "result.bin");
  file.write("0123456789");
  file.write_at(2, "ab");
  file.write("!");
  file.commit();
  EXPECT_EQ(contents(folder_ / "result.bin"), "01ab456789!");
}

TEST_F(AtomicFileTest, EmptyFileIsAFile) {
  write_file(folder_ / "empty", "");
  EXPECT_TRUE(fs::is_empty(folder_ / "empty"));
}

TEST_F(AtomicFileTest, UnwritablePlacesAreErrorsOfOneLine) {
  const fs::path below_a_file = put("file", "x") / "result.csv";
  EXPECT_EQ(error_of([&] { AtomicFile file(below_a_file); }),
            below_a_file.string() + ": cannot be written: Not a directory");
  const fs::path missing = folder_ / "missing" / "result.csv";
  EXPECT_EQ(error_of([&] { AtomicFile file(missing); }),
            missing.string() + ": cannot be written: No such file or directory");
  EXPECT_EQ(error_of([&] { AtomicFile file(folder_); }),
            folder_.string() + ": is a folder, expected a file to write to");
}

TEST_F(AtomicFileTest, PlaceTakenByAFolderMeanwhileIsAnErrorAndLeavesNoPartialFile) {
  const auto write = [&] {
    AtomicFile file(folder_ / "result");
    file.write("bytes");
    put("result/other", "x");
    file.commit();
  };
  EXPECT_EQ(error_of(write), (folder_ / "result").string() + ": could not be written: Is a directory");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, DevicesAreWrittenToDirectly) {
  write_file("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(AtomicFileTest, FullDiskIsAnError) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  EXPECT_EQ(error_of([] { write_file("/dev/full", "bytes"); }),
            "/dev/full: could not be written: No space left on device");
}

TEST_F(AtomicFileTest, FolderMovesIntoAnEmptyPlace) {
  put("new/model.bin", "1");
  replace_folder(folder_ / "new", folder_ / "model");
  EXPECT_EQ(contents(folder_ / "model/model.bin"), "1");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, FolderReplacesAnExistingOneWhole) {
  put("model/old.bin", "0");
  put("model/run/log", "0");
  put("new/model.bin", "1");
  replace_folder(folder_ / "new", folder_ / "model");
  EXPECT_EQ(contents(folder_ / "model/model.bin"), "1");
  EXPECT_FALSE(fs::exists(folder_ / "model/old.bin"));
  EXPECT_FALSE(fs::exists(folder_ / "model/run"));
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, WhatIsLeftOfAReplacedFolderIsRemoved) {
  put("model.replaced-by-reprtune/half", "0");
  remove_replaced(folder_ / "model");  // perhaps the only one there is
  EXPECT_TRUE(fs::exists(folder_ / "model.replaced-by-reprtune/half"));
  put("model/model.bin", "0");
  remove_replaced(folder_ / "model");
  EXPECT_EQ(entries(), 1);
  put("model.replaced-by-reprtune/half", "0");
  put("new/model.bin", "1");
  replace_folder(folder_ / "new", folder_ / "model");
  EXPECT_EQ(contents(folder_ / "model/model.bin"), "1");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, AReplacedFolderIsDeletedUnderANameOfItsOwn) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may delete everything";
  put("model/kept/old.bin", "0");
  put("new/model.bin", "1");
  fs::permissions(folder_ / "model/kept", fs::perms::owner_read | fs::perms::owner_exec);
  const fs::path replaced = folder_ / "model.replaced-by-reprtune";
  EXPECT_EQ(error_of([&] { replace_folder(folder_ / "new", folder_ / "model"); }),
            replaced.string() + ": could not be deleted: Permission denied");
  EXPECT_EQ(contents(folder_ / "model/model.bin"), "1");
  EXPECT_FALSE(fs::exists(folder_ / "new"));
  EXPECT_EQ(contents(replaced / "kept/old.bin"), "0");
  fs::permissions(replaced / "kept", fs::perms::owner_all);
}

TEST_F(AtomicFileTest, FolderThatCannotTakeItsPlaceLeavesBothAlone) {
  put("new/model.bin", "1");
  const fs::path below_a_file = put("file", "x") / "model";
  EXPECT_EQ(error_of([&] { replace_folder(folder_ / "new", below_a_file); }),
            below_a_file.string() + ": could not be put in place: Not a directory");
  put("model/old.bin", "0");
  EXPECT_EQ(error_of([&] { replace_folder(folder_ / "missing", folder_ / "model"); }),
            (folder_ / "model").string() + ": could not be put in place: No such file or directory");
  EXPECT_EQ(contents(folder_ / "model/old.bin"), "0");
  EXPECT_EQ(contents(folder_ / "new/model.bin"), "1");
}

}  // namespace
}  // namespace reprtune
