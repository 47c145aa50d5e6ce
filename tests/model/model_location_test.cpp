#include <reprtune/model/model_location.h>

#include "error_of.h"
#include "temporary_folder.h"

#include <cstdlib>
#include <optional>
#include <set>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// Sets a variable for the length of a test.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() {
    if (old_) {
      ::setenv(name_, old_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

class ModelLocation : public testing::Test {
 protected:
  TemporaryFolder root_;
  Environment deps_{"REPRTUNE_DEPS", root_ / "deps"}, home_{"HF_HOME", root_ / "hf"},
      hub_{"HF_HUB_CACHE", ""}, base_{"REPRTUNE_BASE_MODEL", ""};

  std::filesystem::path folder(const std::string& name) const {
    std::filesystem::create_directories(root_ / name);
    return root_ / name;
  }
  std::filesystem::path cached(const std::string& hub, const std::string& repository) const {
    root_.write(hub + "/models--" + repository + "/refs/main", "0123abcd\n");
    return folder(hub + "/models--" + repository + "/snapshots/0123abcd");
  }
};

TEST_F(ModelLocation, AFolderIsItself) { EXPECT_EQ(find_model(root_.path()), root_.path()); }

TEST_F(ModelLocation, AliasesAreHubIds) {
  std::set<std::string> aliases;
  for (const ModelAlias& alias : model_aliases()) {
    aliases.insert(alias.alias);
    const auto place = folder("deps/models/" + std::string(alias.hub_id));
    EXPECT_EQ(find_model(alias.alias), place);
    EXPECT_EQ(find_model(alias.hub_id), place);
  }
  EXPECT_EQ(aliases, (std::set<std::string>{"small", "medium", "large", "multilingual"}));
}

TEST_F(ModelLocation, HuggingFaceCacheIsSearchedAfterTheDownloads) {
  const auto snapshot = cached("hf/hub", "org--name");
  EXPECT_EQ(find_model("org/name"), snapshot);
  const auto download = folder("deps/models/org/name");
  EXPECT_EQ(find_model("org/name"), download);
}

TEST_F(ModelLocation, HubCacheVariableWinsOverHome) {
  cached("hf/hub", "org--name");
  const auto snapshot = cached("other", "org--name");
  const Environment hub("HF_HUB_CACHE", root_ / "other");
  EXPECT_EQ(find_model("org/name"), snapshot);
}

TEST_F(ModelLocation, ARefThatPointsOutsideIsIgnored) {
  root_.write("hf/hub/models--org--name/refs/main", "../../../../secret");
  folder("secret");
  error_of(ErrorKind::model, [] { find_model("org/name"); });
}

TEST_F(ModelLocation, BaseModelVariableIsSmall) {
  const auto place = folder("mine");
  const Environment base("REPRTUNE_BASE_MODEL", place);
  EXPECT_EQ(find_model("small"), place);
  const Environment missing("REPRTUNE_BASE_MODEL", root_ / "gone");
  EXPECT_NE(error_of(ErrorKind::model, [] { find_model("small"); }).find("REPRTUNE_BASE_MODEL"),
            std::string::npos);
}

TEST_F(ModelLocation, OnlyWhatIsNoFolderComesFromAHub) {
  EXPECT_EQ(hub_origin("small")->id, "sentence-transformers/all-MiniLM-L6-v2");
  EXPECT_EQ(hub_origin("org/name@v1")->text(), "org/name@v1");
  EXPECT_EQ(hub_origin(root_.path()), std::nullopt);
  for (const char* folder :
       {"", "/home/user/base", "a/b/c", "../base", "../org/name", "x y/z", "/base", "base/"})
    EXPECT_EQ(hub_origin(folder), std::nullopt) << folder;
  const Environment base("REPRTUNE_BASE_MODEL", root_.path());
  EXPECT_EQ(hub_origin("small"), std::nullopt);
  EXPECT_TRUE(hub_origin("medium").has_value());
}

TEST_F(ModelLocation, WhatIsMissingIsNamedWithThePlacesSearched) {
  const std::string message = error_of(ErrorKind::model, [] { find_model("medium"); });
  for (const std::string& part : {std::string("medium"), std::string("BAAI/bge-base-en-v1.5"),
                                  (root_ / "deps").string(), (root_ / "hf").string()}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << " in " << message;
  }
  for (const char* name : {"nothing", "../x", "a/b/c", "/no/such", "~/x", "org/..", "org/"}) {
    EXPECT_TRUE(error_of(ErrorKind::model, [&] { find_model(name); }).starts_with(name)) << name;
  }
  error_of(ErrorKind::usage, [] { find_model(""); });
  const auto file = root_.write("file", "x");
  EXPECT_NE(error_of(ErrorKind::model, [&] { find_model(file); }).find("is a file"), std::string::npos);
}

}  // namespace
}  // namespace reprtune
