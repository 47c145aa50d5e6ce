#include <reprtune/data/display_text.h>
#include <reprtune/report/duration.h>
#include <reprtune/report/run_status_text.h>
#include <reprtune/report/sparkline.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace reprtune {
namespace {

constexpr std::size_t kCurveWidth = 40;

std::string number(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string score(std::optional<double> value) { return value ? number("%.4f", *value) : "-"; }

// "step 120 of 900"; without a known total just "step 120".
std::string progress(const char* name, std::size_t done, std::size_t total) {
  std::string out = name;
  out.append(" ").append(std::to_string(done));
  if (total > 0) out.append(" of ").append(std::to_string(total));
  return out;
}

std::string state_lines(const RunStatus& status) {
  std::string out = "state       " + status.state;
  if (!status.reason.empty()) out.append(": ").append(display_text(status.reason, 500));
  if (status.state == "died") out += ": its process is gone";
  if (status.state == "died" || status.state == "interrupted" || status.state == "failed") {
    out += "\nto go on    the same command with --resume goes on from " +
           (status.checkpoint_step ? "step " + std::to_string(*status.checkpoint_step) : "the beginning") +
           ", with --overwrite starts anew";
  } else if (status.checkpoint_step) {
    out += "\ncheckpoint  step " + std::to_string(*status.checkpoint_step);
  }
  if (!status.round.empty()) out += "\nround       " + display_text(status.round, 100);
  if (status.state == "queued") return out + ": a process has the folder and has not begun\n";
  out += "\nprogress    " + progress("step", status.step, status.steps) + ", " +
         progress("epoch", status.epoch, status.epochs) + "\n";
  if (status.seconds) {
    out += "time        " + duration_text(*status.seconds) + " so far";
    if (status.seconds_left) out += ", about " + duration_text(*status.seconds_left) + " of training left";
    out += "\n";
  }
  if (status.seconds_since_update && *status.seconds_since_update >= 60) {
    out += "updated     " + duration_text(*status.seconds_since_update) + " ago\n";
  }
  return out;
}

std::string loss_lines(const RunStatus& status) {
  if (!status.loss) return {};
  std::string out = "loss        " + number("%.4f", *status.loss);
  if (status.classification_loss && status.contrastive_loss) {
    out += " (classification " + number("%.4f", *status.classification_loss) + ", contrastive " +
           number("%.4f", *status.contrastive_loss) + ")";
  }
  out += "\n";
  if (status.losses.size() > 1) out += "            " + sparkline(status.losses, kCurveWidth) + "\n";
  if (status.tokens_per_second)
    out += "speed       " + number("%.0f", *status.tokens_per_second) + " tokens per second\n";
  return out;
}

std::string validation_lines(const RunStatus& status) {
  if (status.validations.empty()) return {};
  std::vector<double> accuracies;
  for (const ValidationScores& each : status.validations) {
    if (each.accuracy) accuracies.push_back(*each.accuracy);
  }
  const ValidationScores& last = status.validations.back();
  std::string out = "validation  accuracy " + score(last.accuracy) + ", macro-F1 " + score(last.f1) +
                    ", loss " + score(last.loss) + " after epoch " + std::to_string(last.epoch) + "\n";
  if (accuracies.size() > 1) out += "            " + sparkline(accuracies, kCurveWidth) + "\n";
  if (!status.best_epoch) return out;
  out += "best epoch  " + std::to_string(*status.best_epoch);
  for (const ValidationScores& each : status.validations) {
    if (each.epoch != *status.best_epoch) continue;
    out += ": accuracy " + score(each.accuracy) + ", macro-F1 " + score(each.f1);
    break;
  }
  return out + "\n";
}

/// Of the finished model, whose head may be another one than that of its best epoch.
std::string model_line(const RunStatus& status) {
  if (!status.accuracy) return {};
  return "model       accuracy " + score(status.accuracy) + ", macro-F1 " + score(status.f1) + "\n";
}

}  // namespace

std::string run_status_text(const RunStatus& status) {
  return state_lines(status) + loss_lines(status) + validation_lines(status) + model_line(status);
}

std::string run_status_line(const RunStatus& status) {
  std::string out = status.state;
  const auto add = [&out](const std::string& part) { out += ", " + part; };
  if (!status.reason.empty()) out += ": " + display_text(status.reason, 500);
  if (!status.round.empty()) add(display_text(status.round, 100));
  if (status.step > 0) add(progress("step", status.step, status.steps));
  if (status.epoch > 0) add(progress("epoch", status.epoch, status.epochs));
  if (status.loss) add("loss " + number("%.4f", *status.loss));
  if (!status.validations.empty() && status.validations.back().accuracy)
    add("accuracy " + score(status.validations.back().accuracy));
  if (status.best_epoch) add("best epoch " + std::to_string(*status.best_epoch));
  if (status.seconds_left) add("about " + duration_text(*status.seconds_left) + " of training left");
  return out;
}

}  // namespace reprtune
