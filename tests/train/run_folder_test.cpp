#include <reprtune/train/run_folder.h>

#include "../model/error_of.h"
#include "../model/temporary_folder.h"
#include "toy_data.h"

#include <sstream>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

nlohmann::json state_of(const TemporaryFolder& folder) {
  return nlohmann::json::parse(file_bytes(folder / "run/state.json"));
}

std::vector<nlohmann::json> metrics_of(const TemporaryFolder& folder) {
  std::istringstream lines(file_bytes(folder / "run/metrics.jsonl"));
  std::vector<nlohmann::json> result;
  for (std::string line; std::getline(lines, line);) result.push_back(nlohmann::json::parse(line));
  return result;
}

TEST(RunFolder, FilesFollowARun) {
  const TemporaryFolder folder;
  RunFolder run(folder.path());
  int changes = 0;
  run.on_change = [&] { ++changes; };
  FinetuneObserver observer;
  observer.on_state = [&](RunState state) {
    run.set_state(state);
    EXPECT_EQ(state_of(folder).at("state"), run_state_name(state));
  };
  observer.on_baselines = [&](const Baselines& baselines) { run.add(baselines); };
  observer.on_step = [&](const StepReport& report) { run.add(report); };
  observer.on_validation = [&](const ValidationReport& report) { run.add(report); };
  Model model = toy_model();
  const Dataset data = toy_data();
  const FinetuneResult result = finetune(model, data, data, toy_options(2), observer);
  run.add(result, data, model.head()->temperature);
  run.set_state(RunState::done);

  const auto lines = metrics_of(folder);
  ASSERT_EQ(lines.size(), 6u);  // two steps and a validation in each of two epochs
  for (const std::size_t i : {0u, 1u, 3u, 4u}) {
    for (const char* key : {"step", "epoch", "loss", "classification_loss", "contrastive_loss",
                            "learning_rate", "tokens_per_second", "time"}) {
      EXPECT_TRUE(lines[i].at(key).is_number()) << key;
    }
  }
  for (const std::size_t i : {2u, 5u}) {
    EXPECT_EQ(lines[i].at("step"), lines[i - 1].at("step"));
    for (const char* key : {"accuracy", "precision", "recall", "f1", "loss"}) {
      EXPECT_TRUE(lines[i].at("validation").at(key).is_number()) << key;
    }
  }
  const auto state = state_of(folder);
  EXPECT_EQ(state.at("state"), "done");
  EXPECT_EQ(state.at("step"), 4);
  EXPECT_EQ(state.at("steps"), 4);
  EXPECT_EQ(state.at("epochs"), 2);
  EXPECT_EQ(state.at("best_epoch"), result.best_epoch);
  EXPECT_EQ(state.at("pid"), getpid());
  EXPECT_EQ(run.record().at("steps").size(), 4u);
  EXPECT_EQ(run.record().at("validations").size(), 2u);
  EXPECT_EQ(run.record().at("scatter").at("points").size(), 20u);
  EXPECT_GE(changes, 4);
}

TEST(RunFolder, AFailureKeepsItsReason) {
  const TemporaryFolder folder;
  RunFolder run(folder.path());
  EXPECT_NO_THROW(run.set_state(RunState::failed, "disk full \xff"));
  EXPECT_EQ(state_of(folder).at("state"), "failed");
  EXPECT_TRUE(state_of(folder).at("reason").get<std::string>().starts_with("disk full"));
}

TEST(RunFolder, ASecondRunInTheSameFolderIsRefusedUntilTheFirstEnds) {
  const TemporaryFolder folder;
  {
    const RunFolder run(folder.path());
    EXPECT_NE(
        error_of(ErrorKind::runtime, [&] { const RunFolder second(folder.path()); }).find("another finetune"),
        std::string::npos);
  }
  EXPECT_NO_THROW(RunFolder(folder.path()));
}

TEST(RunFolder, WhatAKilledRunWasWritingIsRemoved) {
  const TemporaryFolder folder;
  folder.write("run/state.json.partial-123", "{");
  const RunFolder run(folder.path());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run/state.json.partial-123"));
}

TEST(RunFolder, AFileInItsPlaceIsNamed) {
  const TemporaryFolder folder;
  folder.write("run", "not a folder");
  EXPECT_NE(error_of(ErrorKind::runtime, [&] { const RunFolder run(folder.path()); }).find("run"),
            std::string::npos);
}

}  // namespace
}  // namespace reprtune
