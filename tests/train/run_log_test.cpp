#include <reprtune/train/run_log.h>
#include <reprtune/train/tensorboard_event.h>

#include "../model/error_of.h"
#include "../model/temporary_folder.h"

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

const Json kStep = {{"step", 3}, {"epoch", 1}, {"loss", 0.5}, {"learning_rate", 0.25}, {"time", 100.0}};
const Json kValidation = {{"step", 4}, {"epoch", 1}, {"validation", {{"f1", 0.75}}}, {"time", 101.0}};
const char* const kEvents = "events.out.tfevents.reprtune";

TEST(RunLog, EventsOfALine) {
  const std::vector<EventScalar> step = {{"train/loss", 0.5}, {"train/learning_rate", 0.25}};
  EXPECT_EQ(tensorboard_events(kStep), scalar_event(100, 3, step));
  const std::vector<EventScalar> validation = {{"validation/f1", 0.75}};
  EXPECT_EQ(tensorboard_events(kValidation), scalar_event(101, 4, validation));
  EXPECT_EQ(tensorboard_events(Json::object()), "");
}

TEST(RunLog, BothFilesGrowLineByLine) {
  const TemporaryFolder folder;
  RunLog log(folder.path());
  EXPECT_FALSE(log.has_begun());
  log.append(kStep);
  log.append(kValidation);
  EXPECT_EQ(file_bytes(folder / "metrics.jsonl"), kStep.dump() + "\n" + kValidation.dump() + "\n");
  EXPECT_EQ(log.lines(), file_bytes(folder / "metrics.jsonl"));
  EXPECT_EQ(file_bytes(folder / kEvents),
            event_file_version(100) + tensorboard_events(kStep) + tensorboard_events(kValidation));
}

TEST(RunLog, GoesOnFromEarlierLines) {
  const TemporaryFolder folder;
  {
    RunLog log(folder.path());
    log.append(kStep);
    log.append(kStep);  // after the checkpoint: does not come back
  }
  RunLog log(folder.path());
  log.begin(kStep.dump() + "\n");
  log.append(kValidation);
  EXPECT_EQ(file_bytes(folder / kEvents),
            event_file_version(100) + tensorboard_events(kStep) + tensorboard_events(kValidation));
}

TEST(RunLog, SaysWhatCannotBeWritten) {
  RunLog log("/nonexistent/folder");
  EXPECT_NE(error_of(ErrorKind::runtime, [&] { log.begin(); })
                .find("/nonexistent/folder/metrics.jsonl: cannot be written"),
            std::string::npos);
}

}  // namespace
}  // namespace reprtune
