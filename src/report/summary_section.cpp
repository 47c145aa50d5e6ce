#include <reprtune/report/duration.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/summary_section.h>

#include <cmath>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

struct Scores {
  std::optional<double> accuracy, macro_f1;
};

// Of the finished evaluation, else of the best or last validation so far.
Scores current_scores(const Json& run) {
  const Json& metrics = field(run, "metrics");
  Scores scores{number_field(metrics, "accuracy"), number_field(field(metrics, "macro"), "f1")};
  if (scores.accuracy) return scores;
  const auto best = count_field(run, "best_epoch");
  for (const Json& line : list_field(run, "validations")) {
    const Json& validation = field(line, "validation");
    scores = {number_field(validation, "accuracy"), number_field(validation, "f1")};
    if (best && count_field(line, "epoch") == best) break;
  }
  return scores;
}

std::string badge(const std::string& state) {
  static constexpr std::string_view kKnown[] = {"running", "done", "interrupted", "failed"};
  for (const std::string_view known : kKnown) {
    if (state == known) return "<span class=\"badge " + state + "\">" + state + "</span>";
  }
  return {};
}

std::string state_line(const Json& run) {
  const std::string state = text_field(run, "state");
  std::string reason = html_user_text(text_field(run, "reason"), 500);
  if (text_field(run, "reason").empty()) reason = "no reason was recorded";
  if (state == "failed") return "<p class=\"note bad\"><strong>The run failed:</strong> " + reason + "</p>\n";
  if (state == "interrupted") {
    return "<p class=\"note\"><strong>The run was interrupted</strong> (" + reason +
           "). The scores are those of the epochs it finished.</p>\n";
  }
  if (state == "running") {
    return "<p class=\"note\"><strong>The run is still going.</strong> What is shown is what is known so "
           "far; "
           "this page loads itself again every minute.</p>\n";
  }
  return {};
}

std::string meta_line(const Json& run) {
  std::string out;
  const auto add = [&out](const std::string& name, const std::string& value) {
    if (value.empty()) return;
    out.append(out.empty() ? "" : " \u00b7 ").append(name).append(" ").append(value);
  };
  const auto of_user = [&run](const char* key) {
    const std::string text = text_field(run, key);
    return text.empty() ? text : html_user_text(text);
  };
  const auto seconds = number_field(run, "seconds");
  add("base model", of_user("base_model"));
  add("goes on from", of_user("init_from"));
  add("started", html_text(text_field(run, "started"), 60));
  add(text_field(run, "state") == "running" ? "running for" : "took", seconds ? duration_text(*seconds) : "");
  add("reprtune", html_text(text_field(run, "version"), 30));
  return out.empty() ? out : "<p class=\"meta\">" + out + "</p>\n";
}

// "61.2 points above", from two shares of 1.
std::string gain_words(double value, double baseline) {
  const double points = (value - baseline) * 100;
  const std::string size = html_number(std::abs(points), 1);
  if (size == "0.0") return "level with";
  return size + (points > 0 ? " points above" : " points below");
}

std::string summary(const Json& run, const Scores& scores) {
  if (!scores.accuracy) return "<p class=\"lead\">No validation has been run yet.</p>\n";
  const auto rows = count_field(field(field(run, "data"), "validation"), "rows");
  std::string out = "<p class=\"lead\">";
  if (const auto folds = count_field(field(run, "data"), "folds"); folds && rows) {
    out += "On " + html_count(*rows) + " rows in " + html_count(*folds) +
           " folds, each predicted by a model that had not seen its fold, the model";
  } else
    out += rows ? "On " + html_count(*rows) + " validation rows, which were held out from training, the model"
                : "On the validation rows the model";
  out += has_label_sets(run) ? " gives exactly the right labels to" : " names the right class for";
  out += " <strong>" + html_percent(scores.accuracy) + "</strong> (accuracy)";
  if (scores.macro_f1) {
    out += "; averaged over the classes, each counting the same, F1 is <strong>" +
           html_number(scores.macro_f1, 3) + "</strong>";
  }
  out += ". ";
  const Json& baselines = field(run, "baselines");
  const auto majority = number_field(field(baselines, "majority"), "accuracy");
  const auto probe = number_field(field(baselines, "linear_probe"), "accuracy");
  if (majority) {
    out += "That is " + gain_words(*scores.accuracy, *majority) +
           (has_label_sets(run) ? " always giving the most frequent set of labels"
                                : " always answering the most frequent class");
    out += probe ? " and " : ". ";
  } else if (probe) {
    out += "That is ";
  }
  if (probe) {
    out += gain_words(*scores.accuracy, *probe) +
           " a linear probe, that is a classifier on the embeddings of the base model as it was before "
           "finetuning. ";
  }
  out += "</p>\n";
  const bool is_probe = field(field(run, "options"), "head-only") == true;
  if (probe && !is_probe && *scores.accuracy <= *probe && text_field(run, "state") == "done") {
    out +=
        "<p class=\"note\">Finetuning gained nothing over the linear probe. Look at the data warnings and "
        "the most "
        "confused classes below; more rows, more epochs or a larger base model may help.</p>\n";
  }
  return out;
}

std::string tile(const std::string& name, const std::string& value, const std::string& detail) {
  return "<div><dt>" + name + "</dt><dd>" + value + "</dd><dd class=\"detail\">" + detail + "</dd></div>\n";
}

std::string gain_tile(const std::string& name, const Scores& scores, const Json& baseline) {
  const auto accuracy = number_field(baseline, "accuracy");
  if (!accuracy || !scores.accuracy) return {};
  const double points = (*scores.accuracy - *accuracy) * 100;
  std::string detail = "points of accuracy; it has " + html_percent(accuracy);
  const auto f1 = number_field(baseline, "macro_f1");
  if (f1) detail += ", macro-F1 " + html_number(f1, 3);
  return tile(name, (points < 0 ? "\u2212" : "+") + html_number(std::abs(points), 1), detail);
}

std::string tiles(const Json& run, const Scores& scores) {
  if (!scores.accuracy) return {};
  const Json& baselines = field(run, "baselines");
  std::string out =
      tile("Accuracy", html_percent(scores.accuracy),
           has_label_sets(run) ? "rows whose labels are exactly right" : "rows whose class was named right");
  out += tile("Macro-F1", html_number(scores.macro_f1, 3), "mean over classes, 1 is perfect");
  out += gain_tile("Over the majority class", scores, field(baselines, "majority"));
  out += gain_tile("Over a linear probe", scores, field(baselines, "linear_probe"));
  return "<dl class=\"tiles\">\n" + out + "</dl>\n";
}

}  // namespace

std::string summary_section(const Json& run) {
  const Scores scores = current_scores(run);
  const std::string model = text_field(run, "model");
  std::string out = "<header>\n<h1>Finetuning report";
  if (!model.empty()) out.append(": ").append(html_user_text(model, 120));
  out.append(" ").append(badge(text_field(run, "state"))).append("</h1>\n");
  return out + meta_line(run) + state_line(run) + summary(run, scores) + tiles(run, scores) + "</header>\n";
}

}  // namespace reprtune
