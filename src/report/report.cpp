#include <reprtune/report/comparison_section.h>
#include <reprtune/report/data_section.h>
#include <reprtune/report/embedding_section.h>
#include <reprtune/report/field.h>
#include <reprtune/report/learning_curve_section.h>
#include <reprtune/report/mistakes_section.h>
#include <reprtune/report/page.h>
#include <reprtune/report/probability_section.h>
#include <reprtune/report/report.h>
#include <reprtune/report/results_section.h>
#include <reprtune/report/summary_section.h>
#include <reprtune/report/training_section.h>
#include <reprtune/report/usage_section.h>

#include <nlohmann/json.hpp>

namespace reprtune {

std::string render_report(const nlohmann::ordered_json& run, bool refresh) {
  const std::string model = text_field(run, "model");
  const std::string body = summary_section(run) + comparison_section(run) + results_section(run) +
                           probability_section(run) + mistakes_section(run) + embedding_section(run) +
                           training_section(run) + learning_curve_section(run) + data_section(run) +
                           usage_section(run);
  return html_page(model.empty() ? "reprtune report" : model + ": reprtune report", body,
                   refresh && text_field(run, "state") == "running");
}

}  // namespace reprtune
