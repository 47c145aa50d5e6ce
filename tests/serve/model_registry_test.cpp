#include <reprtune/infer/training_examples.h>
#include <reprtune/model/model_folder.h>
#include <reprtune/serve/model_registry.h>

#include "../model/temporary_folder.h"
#include "refused.h"
#include "tiny_model.h"

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune::serve {
namespace {

TEST(ModelRegistry, FindsModelsByName) {
  const ModelRegistry models([] { return ModelRegistry::Models{tiny_embedder("a"), tiny_embedder("b")}; });
  EXPECT_EQ(models.find(std::nullopt)->name(), "a");
  EXPECT_EQ(models.find("b")->name(), "b");
  EXPECT_EQ(refusal([&] { models.find("c"); }), "model 'c' is not served, expected one of a, b");
}

TEST(ModelRegistry, KeepsOldModelsForThoseWhoHaveThem) {
  int loads = 0;
  ModelRegistry models([&] {
    if (++loads == 3) throw std::runtime_error("gone");
    return ModelRegistry::Models{tiny_embedder("a")};
  });
  const auto old = models.find("a");
  models.reload();
  EXPECT_NE(models.find("a"), old);
  EXPECT_EQ(old->name(), "a");
  const auto current = models.find("a");
  EXPECT_THROW(models.reload(), std::runtime_error);
  EXPECT_EQ(models.find("a"), current);
}

using namespace std::chrono_literals;

/// A folder of the tiny model, finetuned from "base". Its one example is cut short, so that nothing is
/// compared with the base model.
class FinetunedFolder {
 public:
  FinetunedFolder() {
    Model model = tiny_model();
    model.set_head({.labels = LabelSet({"a"}), .weight = at::zeros({1, 32}), .bias = at::zeros({1})});
    write_model_folder(folder_.path(), model, {{"base_model", "base"}});
    std::filesystem::create_directory(folder_ / "run");
    const at::Tensor vectors = at::ones({1, 32});
    TrainingExamples{{{std::string(TrainingExamples::kMostCharacters, 'x'), {"a"}}}, vectors, vectors}.save(
        folder_ / "run");
  }

  std::shared_ptr<const ServedModel> load(const std::string& name) const {
    return std::make_shared<ServedModel>(
        name, Model::load(folder_.path(), Precision::float32, resolve_device("cpu")));
  }

 private:
  TemporaryFolder folder_;
};

/// The base models of a test that says when they are loaded.
class SlowBase {
 public:
  std::shared_ptr<const ServedModel> load(const std::string& name) {
    ++loads;
    asked.set_value();
    may_load.get_future().wait();
    return tiny_embedder(name);
  }

  std::atomic<int> loads = 0;
  std::promise<void> asked, may_load;
};

class ModelRegistryBases : public testing::Test {
 protected:
  FinetunedFolder folder;
  SlowBase base;
  ModelRegistry models{
      [this] {
        return ModelRegistry::Models{folder.load("a"), folder.load("b")};
      },
      [this](const std::string& name, const ModelRegistry::Models&) { return base.load(name); }};
};

TEST_F(ModelRegistryBases, AreLoadedOnceForAllThatBeganWithThem) {
  const auto ask = [this](const char* name) {
    return std::async(std::launch::async, [this, name] { return models.base_of(*models.find(name)).model; });
  };
  std::vector<std::future<std::shared_ptr<const ServedModel>>> found;
  for (const char* name : {"a", "b", "a"}) found.push_back(ask(name));
  base.asked.get_future().wait();
  base.may_load.set_value();
  const auto first = found[0].get();
  EXPECT_EQ(first->name(), "base");
  EXPECT_EQ(found[1].get(), first);
  EXPECT_EQ(found[2].get(), first);
  EXPECT_EQ(models.base_of(*models.find("a")).model, first);
  EXPECT_EQ(base.loads, 1);
}

TEST_F(ModelRegistryBases, KeepNobodyWaitingButThoseWhoAskForThem) {
  auto found = std::async(std::launch::async, [this] { return models.base_of(*models.find("a")).model; });
  base.asked.get_future().wait();
  auto others = std::async(std::launch::async, [this] {
    models.reload();
    return models.find("b");
  });
  EXPECT_EQ(others.wait_for(10s), std::future_status::ready);
  base.may_load.set_value();
  EXPECT_EQ(others.get()->name(), "b");
  EXPECT_EQ(found.get()->name(), "base");
}

}  // namespace
}  // namespace reprtune::serve
