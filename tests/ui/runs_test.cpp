#include <reprtune/ui/runs.h>

#include "../serve/refused.h"
#include "temporary_folder.h"

#include <cstdio>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>

namespace reprtune::ui {
namespace {

using Json = nlohmann::ordered_json;

class RunsTest : public testing::Test {
 protected:
  void write_state(const std::string& folder, const Json& changes) const {
    Json state = {{"state", "training"}, {"pid", getpid()}, {"started", 1000.0}, {"updated", 1060.0},
                  {"epoch", 2},          {"epochs", 3},     {"step", 120},       {"steps", 300},
                  {"started_step", 0},   {"best_epoch", 1}, {"reason", ""}};
    state.update(changes);
    place_.write(folder + "/run/state.json", state.dump());
  }

  TemporaryFolder place_;
  WorkFolder folder_{place_.path()};
  Program program_{"/bin/true", folder_.path(), {}};
  Runs runs_{folder_, program_};
};

TEST_F(RunsTest, ListsThemTheNewestFirst) {
  write_state("old", {{"state", "done"}});
  place_.write("old/reprtune.json", R"({"validation": {"accuracy": 0.75, "f1": 0.5}})");
  write_state("new.partial", {{"started", 2000.0}});
  place_.write("copied/reprtune.json", "{}");
  const Json list = runs_.list();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0]["name"], "copied");  // of no known time
  EXPECT_EQ(list[0]["has_run"], false);
  EXPECT_EQ(list[1]["name"], "new");
  EXPECT_EQ(list[1]["state"], "training");
  EXPECT_EQ(list[1]["has_record"], false);
  place_.write("new.partial/run/report.json", "{}");
  EXPECT_EQ(runs_.list()[1]["has_record"], true);
  EXPECT_EQ(list[2]["name"], "old");
  EXPECT_EQ(list[2]["scores"].dump(), R"({"accuracy":0.75,"f1":0.5,"before_final_fit":false})");
}

TEST_F(RunsTest, StopsNoProcessButThatOfTheRun) {
  write_state("m.partial", Json::object());  // of this very process, as it says
  place_.write("m.partial/run/lock", "");
  EXPECT_EQ(runs_.list()[0]["can_stop"], false);
  EXPECT_EQ(serve::refusal([&] { runs_.stop("m"); }), "m: is not running on this machine");
  const int lock = ::open((place_.path() / "m.partial/run/lock").c_str(), O_RDWR);
  EXPECT_EQ(runs_.list()[0]["can_stop"], true);
  write_state("m.partial", {{"state", "done"}});
  EXPECT_EQ(runs_.list()[0]["state"], "calibrating");  // its model is not in place yet
  write_state("m.partial", {{"state", "interrupted"}});
  EXPECT_EQ(runs_.list()[0]["can_resume"], false);
  ::close(lock);
  EXPECT_EQ(runs_.list()[0]["can_resume"], true);
}

TEST_F(RunsTest, ReadsCurvesPieceByPiece) {
  write_state("m.partial", Json::object());
  place_.write("m.partial/run/metrics.jsonl", "{\"step\":1,\"loss\":2.0}\n");
  const Json first = runs_.watch("m", "");
  EXPECT_EQ(first["lines"].dump(), R"([{"step":1,"loss":2.0}])");
  EXPECT_EQ(first["status"]["best_epoch"], 1);
  EXPECT_EQ(runs_.watch("m", first["cursor"])["lines"].size(), 0U);
}

TEST_F(RunsTest, GoesOnOnlyAsItWasStartedHere) {
  const auto resume = [this](const Json& command) {
    write_state("m.partial", {{"state", "interrupted"}, {"command", command}});
    return serve::refusal([&] { runs_.resume("m"); });
  };
  const std::string here = folder_.path().string();
  EXPECT_NE(resume(nullptr), "nothing");
  EXPECT_NE(resume({{"folder", "/elsewhere"}, {"arguments", {"finetune", "a.csv"}}}), "nothing");
  EXPECT_NE(resume({{"folder", here}, {"arguments", {"serve", "a.csv"}}}), "nothing");
  EXPECT_EQ(resume({{"folder", here}, {"arguments", {"finetune", "a.csv"}}}), "nothing");
  write_state("m.partial", {{"state", "done"}});
  EXPECT_NE(serve::refusal([&] { runs_.resume("m"); }), "nothing");
}

TEST_F(RunsTest, RefusesWhatIsNone) {
  EXPECT_EQ(serve::refusal([&] { runs_.watch("absent", ""); }), "absent: no such run");
  EXPECT_NE(serve::refusal([&] { runs_.watch("../x", ""); }), "nothing");
  EXPECT_NE(serve::refusal([&] { runs_.report("absent"); }), "nothing");
  write_state("m.partial", Json::object());
  std::filesystem::create_symlink("/etc/hostname", place_.path() / "m.partial/run/report.json");
  EXPECT_NE(serve::refusal([&] { runs_.report("m"); }).find("is a link out of"), std::string::npos);
}

TEST_F(RunsTest, SumsUpForComparison) {
  write_state("m", {{"state", "done"}});
  place_.write("m/run/report.json",
               R"({"options": {"epochs": 3}, "data": {"train": {"rows": 9}, "preview": [{"text": "x"}]},
                   "metrics": {"rows": 10, "accuracy": 0.9, "macro": {"f1": 0.8},
                               "confusion": {"labels": ["a", "b"], "counts": [[4, 1], [0, 5]]}}, "scatter": {}})");
  const Json record = runs_.record("m");
  EXPECT_EQ(record["options"]["epochs"], 3);
  EXPECT_FALSE(record["data"].contains("preview"));
  EXPECT_FALSE(record.contains("scatter"));
  EXPECT_LT(record["metrics"]["intervals"]["accuracy"][0], 0.9);
  EXPECT_GT(record["metrics"]["intervals"]["accuracy"][1], 0.9);
  EXPECT_LT(record["metrics"]["intervals"]["macro_f1"][0], 0.9);
  EXPECT_GT(record["metrics"]["intervals"]["macro_f1"][1], 0.9);
  EXPECT_NE(runs_.report("m").find("<!DOCTYPE html>"), std::string::npos);
}

}  // namespace
}  // namespace reprtune::ui
