#include "finetune_observer.h"

#include "interrupt.h"
#include "log.h"
#include "messages.h"
#include "progress_line.h"
#include "work_display.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

#include <nlohmann/json.hpp>

namespace reprtune::cli {
namespace {

/// When and at which step this process made its first report.
struct FirstStep {
  std::chrono::steady_clock::time_point time;
  std::int64_t step = 0;
};

void draw_progress(const std::string& round, const StepReport& step, const FirstStep& first) {
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - first.time).count();
  const auto done = static_cast<double>(std::max<std::int64_t>(step.step - first.step, 1));
  const double left = elapsed / done * static_cast<double>(step.steps - step.step);
  char text[128];
  std::snprintf(text, sizeof text, "epoch %ld/%ld  loss %.4f  %.0f tokens/s  %s left",
                static_cast<long>(step.epoch), static_cast<long>(step.epochs), step.loss,
                step.tokens_per_second, clock_text(left).c_str());
  draw_progress_line(static_cast<double>(step.step), static_cast<double>(step.steps),
                     (round.empty() ? "" : round + ", ") + text);
}

}  // namespace

FinetuneObserver make_observer(OutputFolder& output, double checkpoint_minutes) {
  RunFolder& run = output.run();
  FinetuneObserver observer;
  observer.on_round = [&run](const Round& round) {
    run.add(round);
    log_info(run.round_name() + ": " + count_text(round.train_rows, "training row") +
             (round.held_out_rows > 0 ? ", " + count_text(round.held_out_rows, "row") + " held out" : ""));
  };
  observer.on_state = [&run](RunState state) {
    run.set_state(state);
    const bool measured = run.record().contains("baselines");
    if (state == RunState::preparing && !measured) log_info("measuring the baselines on the base model");
  };
  observer.on_baselines = [&run](const Baselines& baselines) {
    run.add(baselines);
    log_info("baselines on the validation rows: majority class accuracy " +
             score_text(baselines.majority_accuracy) + ", linear probe accuracy " +
             score_text(baselines.probe_accuracy) + " macro-F1 " + score_text(baselines.probe_macro_f1));
  };
  observer.on_work = show_work;
  observer.on_step = [&run, first = std::optional<FirstStep>()](const StepReport& step) mutable {
    if (!first) first = {std::chrono::steady_clock::now(), step.step};
    run.add(step);
    if (can_draw_progress()) draw_progress(run.round_name(), step, *first);
  };
  observer.on_validation = [&run](const ValidationReport& report) {
    run.add(report);
    const nlohmann::ordered_json& steps = run.record()["steps"];
    char loss[64] = "";
    if (!steps.empty()) std::snprintf(loss, sizeof loss, "loss %.4f, ", steps.back()["loss"].get<double>());
    log_info("epoch " + std::to_string(report.epoch) + ": " + loss + "validation accuracy " +
             score_text(report.metrics.accuracy) + " macro-F1 " +
             score_text(report.metrics.macro.f1.value_or(0)) + " loss " +
             score_text(report.metrics.log_loss) + (report.best ? " (kept so far)" : ""));
  };
  observer.should_stop = [] { return interrupt_signal() != 0; };
  observer.wants_checkpoint = [&run, checkpoint_minutes](bool epoch_ended) {
    return run.checkpoints().is_due(epoch_ended, checkpoint_minutes);
  };
  observer.on_checkpoint = [&output, &run](const Checkpoint& checkpoint) {
    const auto begin = std::chrono::steady_clock::now();
    run.add(checkpoint);
    output.drop_earlier_files();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    char text[64];
    std::snprintf(text, sizeof text, "checkpoint of step %ld in %.3f s",
                  static_cast<long>(checkpoint.total_steps()), seconds);
    log_detail(text);
  };
  return observer;
}

}  // namespace reprtune::cli
