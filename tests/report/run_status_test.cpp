#include <reprtune/io/error.h>
#include <reprtune/report/run_status.h>
#include <reprtune/report/run_status_text.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

/// A model folder in the system's temporary folder, removed at the end.
class RunStatusTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ =
        std::filesystem::temp_directory_path() / ("reprtune-run-status-" + test + std::to_string(getpid()));
    std::filesystem::create_directories(folder_ / "run");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / "run" / name, std::ios::binary) << content;
  }
  void write_state(const Json& changes) {
    Json state = {{"state", "training"}, {"pid", getpid()}, {"started", 1000.0},
                  {"updated", 1060.0},   {"epoch", 2},      {"epochs", 3},
                  {"step", 120},         {"steps", 300},    {"training_started", 1000.0},
                  {"started_step", 0},   {"best_epoch", 1}, {"reason", ""}};
    state.update(changes);
    write("state.json", state.dump());
  }
  std::string error() {
    try {
      read_run_status(folder_, 0);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::model);
      return e.what();
    }
    return "no error";
  }

  std::filesystem::path folder_;
};

TEST_F(RunStatusTest, ReadsARunThatIsGoing) {
  write_state(Json::object());
  write("metrics.jsonl",
        "{\"step\":60,\"epoch\":1,\"loss\":2.0}\n"
        "{\"step\":100,\"epoch\":1,\"validation\":{\"accuracy\":0.5,\"precision\":0.4,\"recall\":0.3,\"f1\":"
        "0.2,\"loss\":1.5}}\n"
        "{\"step\":120,\"epoch\":2,\"loss\":1.0,\"classification_loss\":0.75,\"contrastive_loss\":1.25,"
        "\"learning_rate\":1e-5,\"tokens_per_second\":5000}\n"
        "{\"step\":180,\"epoch\":2,\"lo");
  const RunStatus status = read_run_status(folder_, 1075);
  EXPECT_EQ(status.state, "training");
  EXPECT_EQ(status.losses, (std::vector<double>{2, 1}));
  EXPECT_EQ(status.loss, 1.0);
  ASSERT_EQ(status.validations.size(), 1u);
  EXPECT_EQ(status.validations[0].accuracy, 0.5);
  EXPECT_EQ(status.seconds, 60.0);
  EXPECT_EQ(status.seconds_since_update, 15.0);
  EXPECT_DOUBLE_EQ(*status.seconds_left, 90.0);  // 120 steps took 60 s; 180 are left

  const std::string text = run_status_text(status);
  EXPECT_NE(text.find("step 120 of 300, epoch 2 of 3"), std::string::npos) << text;
  EXPECT_NE(text.find("about 1 min 30 s of training left"), std::string::npos) << text;
  EXPECT_NE(text.find("loss        1.0000 (classification 0.7500, contrastive 1.2500)"), std::string::npos)
      << text;
  EXPECT_NE(text.find("best epoch  1: accuracy 0.5000, macro-F1 0.2000"), std::string::npos) << text;

  const Json json = run_status_json(status);
  EXPECT_EQ(json["last"]["learning_rate"], 1e-5);
  EXPECT_EQ(json["validations"][0]["f1"], 0.2);
  EXPECT_EQ(json["seconds_left"], 90.0);
  EXPECT_EQ(json["best_epoch"], 1);
}

TEST_F(RunStatusTest, ShowsWhatTheFinishedModelHas) {
  write_state(Json::object());
  EXPECT_EQ(run_status_json(read_run_state(folder_, 1075))["scores"], nullptr);
  write_state({{"state", "done"}, {"scores", {{"accuracy", 0.875}, {"f1", 0.75}}}});
  const RunStatus status = read_run_status(folder_, 1075);
  EXPECT_NE(run_status_text(status).find("model       accuracy 0.8750, macro-F1 0.7500\n"),
            std::string::npos);
  EXPECT_EQ(run_status_json(status)["scores"].dump(), R"({"accuracy":0.875,"f1":0.75})");
}

TEST_F(RunStatusTest, OfSeveralRoundsTheLastIsShown) {
  write_state({{"round", "fold 2 of 3"}});
  std::string lines;
  for (const auto& [round, accuracy] : {std::pair("fold 1 of 3", "0.5"), {"fold 2 of 3", "0.75"}}) {
    lines.append("{\"step\":1,\"epoch\":1,\"round\":\"").append(round);
    lines.append("\",\"validation\":{\"accuracy\":").append(accuracy).append("}}\n");
  }
  write("metrics.jsonl", lines);
  const RunStatus status = read_run_status(folder_, 1060);
  ASSERT_EQ(status.validations.size(), 1u);
  EXPECT_EQ(status.validations[0].accuracy, 0.75);
  EXPECT_NE(run_status_text(status).find("\nround       fold 2 of 3\n"), std::string::npos);
  EXPECT_EQ(run_status_json(status)["round"], "fold 2 of 3");
}

TEST_F(RunStatusTest, EstimatesFromTheStepsOfThisProcessAfterAResume) {
  write_state({{"started_step", 60}, {"seconds_before", 45}});
  const RunStatus status = read_run_status(folder_, 1060);
  EXPECT_DOUBLE_EQ(*status.seconds_left, 180.0);  // 60 steps took 60 s
  EXPECT_DOUBLE_EQ(*status.seconds, 105.0);
}

TEST_F(RunStatusTest, EstimatesFromTheTimeOfTrainingAlone) {
  write_state({{"training_started", 1040.0}});
  EXPECT_DOUBLE_EQ(*read_run_status(folder_, 1060).seconds_left, 30.0);  // 120 steps took 20 s
  write_state({{"training_started", nullptr}});
  EXPECT_FALSE(read_run_status(folder_, 1060).seconds_left.has_value());
}

TEST_F(RunStatusTest, NamesTheLastCheckpointThatIsWhole) {
  write_state({{"state", "interrupted"}});
  for (const char* name : {"checkpoint-9", "checkpoint-120", "checkpoint-180.partial"})
    std::filesystem::create_directories(folder_ / "run" / name);
  const RunStatus status = read_run_status(folder_, 1060);
  EXPECT_EQ(status.checkpoint_step, 120u);
  EXPECT_EQ(run_status_json(status)["checkpoint_step"], 120);
  EXPECT_NE(run_status_text(status).find("--resume goes on from step 120"), std::string::npos);
}

TEST_F(RunStatusTest, SeesThatTheProcessIsGone) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  ASSERT_GT(child, 0);
  waitpid(child, nullptr, 0);  // from here on nobody has this id
  write_state({{"pid", child}});
  const RunStatus status = read_run_status(folder_, 1060);
  EXPECT_EQ(status.state, "died");
  EXPECT_FALSE(status.seconds_left.has_value());
  EXPECT_NE(run_status_text(status).find("--resume goes on from the beginning"), std::string::npos);

  write_state({{"pid", child}, {"host", "another machine"}});
  EXPECT_EQ(read_run_status(folder_, 1060).state, "training");
  write_state({{"pid", child}, {"state", "done"}});
  EXPECT_EQ(read_run_status(folder_, 1060).state, "done");
}

TEST_F(RunStatusTest, KnowsTheProcessByTheLockThatItHolds) {
  write_state(Json::object());
  EXPECT_EQ(read_run_status(folder_, 1060).process, std::nullopt);
  write("lock", "");
  EXPECT_EQ(read_run_status(folder_, 1060).process, std::nullopt);  // its number may be another's
  const std::ifstream lock(folder_ / "run" / "lock");
  EXPECT_EQ(read_run_status(folder_, 1060).process, getpid());
  write_state({{"state", "done"}});
  EXPECT_EQ(read_run_status(folder_, 1060).process, getpid());  // it is not away yet
  write_state({{"host", "another machine"}});
  EXPECT_EQ(read_run_status(folder_, 1060).process, std::nullopt);
}

TEST_F(RunStatusTest, StateAloneLeavesOutTheCurves) {
  write_state(Json::object());
  write("metrics.jsonl", "{\"step\":60,\"epoch\":1,\"loss\":2.0}\n");
  const RunStatus status = read_run_state(folder_, 1060);
  EXPECT_EQ(status.step, 120u);
  EXPECT_EQ(status.started, 1000.0);
  EXPECT_TRUE(status.losses.empty());
}

TEST_F(RunStatusTest, ReadsARunThatHasOnlyBegun) {
  write("state.json", R"({"state":"preparing"})");
  const RunStatus status = read_run_status(folder_, 5);
  EXPECT_EQ(status.state, "preparing");
  EXPECT_NE(run_status_text(status).find("state       preparing\n"), std::string::npos);
  EXPECT_TRUE(run_status_json(status)["best_epoch"].is_null());
}

TEST_F(RunStatusTest, ShowsTheReasonOfAFailureOnOneLine) {
  write_state({{"state", "failed"}, {"reason", "disk full\n\x1b[31m"}});
  const std::string text = run_status_text(read_run_status(folder_, 1060));
  EXPECT_EQ(text.rfind("state       failed: disk full ", 0), 0u) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST_F(RunStatusTest, RefusesWhatIsNoRun) {
  EXPECT_NE(error().find("state.json"), std::string::npos);
  write("state.json", "{\"state\":");
  EXPECT_NE(error().find("state.json"), std::string::npos);
  write("state.json", "[1]");
  EXPECT_NE(error().find("found null"), std::string::npos);
  write("state.json", R"({"state":"sleeping"})");
  EXPECT_NE(error().find("found \"sleeping\""), std::string::npos);
  std::filesystem::remove_all(folder_ / "run");
  EXPECT_NE(error().find("no 'run' folder"), std::string::npos);
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(error(), folder_.string() + ": no such folder");
}

}  // namespace
}  // namespace reprtune
