#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace reprtune {

/// A finished run of `classes` classes with every member that render_report() knows; texts and labels are
/// `decorated` with the given string.
inline nlohmann::ordered_json example_run(std::size_t classes, const std::string& decorated = "") {
  using Json = nlohmann::ordered_json;
  Json labels = Json::array(), sizes = Json::array(), per_class = Json::array(), counts = Json::array();
  for (std::size_t c = 0; c < classes; ++c) {
    const std::string label = "class" + std::to_string(c) + decorated;
    labels.push_back(label);
    sizes.push_back({{"label", label}, {"rows", 10 * (c + 1)}});
    per_class.push_back(
        {{"label", label}, {"precision", 0.5}, {"recall", 1.0}, {"f1", 2.0 / 3}, {"support", 4}});
    counts.push_back(std::vector<std::size_t>(classes, 0));
    counts.back()[c] = 3;
    counts.back()[(c + 1) % classes] = 1;
  }
  Json points = Json::array();
  for (std::size_t i = 0; i < 4 * classes; ++i) {
    const double x = static_cast<double>(i);
    points.push_back({{"text", "row" + std::to_string(i) + decorated},
                      {"label", labels[i % classes]},
                      {"predicted", labels[i % 4 == 0 ? 0 : i % classes]},
                      {"before", {x, -x}},
                      {"after", {x * x, 1.5}},
                      {"before_tsne", {-x, x}},
                      {"after_tsne", {1.5, x * x}}});
  }
  Json steps = Json::array();
  for (int step = 1; step <= 1000; ++step) {
    steps.push_back({{"step", step},
                     {"epoch", 1 + step / 501},
                     {"loss", 1.0 / step},
                     {"classification_loss", 0.5 / step},
                     {"contrastive_loss", 1.5 / step},
                     {"learning_rate", 2e-5}});
  }
  const Json scores = {{"precision", 0.5}, {"recall", 1.0}, {"f1", 0.625}};
  return {{"state", "done"},
          {"model", "my-model" + decorated},
          {"base_model", "org/base"},
          {"version", "0.1.0"},
          {"started", "2026-01-01 10:00 UTC"},
          {"seconds", 125.0},
          {"data",
           {{"train", {{"name", "train.csv" + decorated}, {"rows", 1234}, {"classes", sizes}}},
            {"validation", {{"name", "validation.csv"}, {"rows", 321}, {"classes", sizes}}},
            {"preview", {{{"text", "first row" + decorated}, {"label", labels[0]}}}},
            {"tokens", {{"p50", 11}, {"p95", 22}, {"max", 333}}},
            {"truncated", 2},
            {"warnings", {{{"code", "rare"}, {"message", "few rows" + decorated}, {"line", 7}}}}}},
          {"options", {{"seed", 1}, {"base", "small" + decorated}, {"patience", nullptr}, {"resume", false}}},
          {"steps", steps},
          {"validations",
           {{{"step", 500},
             {"epoch", 1},
             {"validation",
              {{"accuracy", 0.7}, {"precision", 0.6}, {"recall", 0.6}, {"f1", 0.6}, {"loss", 0.9}}}},
            {{"step", 1000},
             {"epoch", 2},
             {"validation",
              {{"accuracy", 0.75}, {"precision", 0.5}, {"recall", 1.0}, {"f1", 0.625}, {"loss", 0.8}}}}}},
          {"best_epoch", 2},
          {"baselines",
           {{"majority", {{"accuracy", 0.25}, {"macro_f1", 0.1}}},
            {"linear_probe", {{"accuracy", 0.6}, {"macro_f1", 0.55}}}}},
          {"metrics",
           {{"rows", 321},
            {"accuracy", 0.75},
            {"macro", scores},
            {"weighted", scores},
            {"per_class", per_class},
            {"confusion", {{"labels", labels}, {"counts", counts}}},
            {"log_loss", 0.4321},
            {"ece", 0.0345},
            {"reliability",
             {{{"low", 0.0}, {"high", 0.5}, {"rows", 0}, {"confidence", nullptr}, {"accuracy", nullptr}},
              {{"low", 0.5}, {"high", 1.0}, {"rows", 321}, {"confidence", 0.789}, {"accuracy", 0.75}}}}}},
          {"temperature", 1.25},
          {"abstention",
           {{"precision", 0.875},
            {"threshold", 0.625},
            {"answered", 305},
            {"coverage", 0.95},
            {"accuracy", 0.88}}},
          {"cross_validation",
           {{"folds",
             {{{"fold", 1}, {"rows", 160}, {"best_epoch", 2}, {"accuracy", 0.71}, {"f1", 0.61}},
              {{"fold", 2}, {"rows", 161}, {"best_epoch", 3}, {"accuracy", 0.79}, {"f1", 0.64}}}},
            {"mean", {{"accuracy", 0.75}, {"f1", 0.625}}},
            {"spread", {{"accuracy", 0.056}, {"f1", 0.021}}}}},
          {"learning_curve",
           {{"validation_rows", 321},
            {"points",
             {{{"rows", 300}, {"accuracy", 0.6}, {"macro_f1", 0.55}},
              {{"rows", 1'234}, {"accuracy", 0.75}, {"macro_f1", 0.625}}}},
            {"forecast", {{"rows", 2'468}, {"accuracy", 0.7875}, {"macro_f1", 0.645}}}}},
          {"comparison",
           {{"rows", 321},
            {"methods",
             {{{"name", "TF-IDF" + decorated},
               {"accuracy", 0.65},
               {"accuracy_interval", {0.6, 0.7}},
               {"macro_f1", 0.55},
               {"macro_f1_interval", {0.501, 0.599}}}}}}},
          {"label_review",
           {{"file", "validation.csv"},
            {"rows", 321},
            {"issues",
             {{"count", 60},
              {"first",
               {{{"line", 17},
                 {"text", "wrongly labelled" + decorated},
                 {"label", labels[0]},
                 {"suggested", labels[1 % classes]},
                 {"probability", 0.987}}}}}},
            {"near_duplicates",
             {{"count", 1},
              {"first",
               {{{"line", 18},
                 {"text", "a twin" + decorated},
                 {"label", labels[0]},
                 {"other_line", 19},
                 {"other_text", "its twin" + decorated},
                 {"other_label", labels[1 % classes]},
                 {"cosine", 0.99}}}}}},
            {"confused",
             {{{"label", labels[0]},
               {"predicted", labels[1 % classes]},
               {"rows", 5},
               {"examples", {{{"line", 20}, {"text", "taken for" + decorated}, {"probability", 0.9}}}}}}}}},
          {"predictions",
           {{"mistakes",
             {{"count", 60},
              {"doubtful", 1},
              {"first",
               {{{"line", 17},
                 {"text", "wrongly labelled" + decorated},
                 {"label", labels[0]},
                 {"predicted", labels[1 % classes]},
                 {"probability", 0.987},
                 {"label_probability", 0.012},
                 {"doubtful", true}}}}}},
            {"examples",
             {{{"label", 0},
               {"predicted", 1 % classes},
               {"rows", 5},
               {"first", {{{"line", 20}, {"text", "taken for" + decorated}, {"probability", 0.9}}}}}}},
            {"threshold_curve",
             {{{"threshold", 0.0}, {"coverage", 1.0}, {"accuracy", 0.75}},
              {{"threshold", 0.5}, {"coverage", 0.8}, {"accuracy", 0.875}},
              {{"threshold", 0.9}, {"coverage", 0.4}, {"accuracy", 0.96}}}}}},
          {"scatter", {{"labels", labels}, {"points", points}}}};
}

/// The same of rows with any number of labels.
inline nlohmann::ordered_json example_run_of_label_sets() {
  auto run = example_run(3);
  run["problem_type"] = "multi_label_classification";
  auto& metrics = run["metrics"];
  metrics.erase("confusion");
  metrics["micro"] = {{"precision", 0.8}, {"recall", 0.7}, {"f1", 0.746}};
  metrics["samples"] = {{"precision", 0.9}, {"recall", 0.7}, {"f1", 0.787}};
  metrics["hamming_loss"] = 0.0625;
  return run;
}

}  // namespace reprtune
