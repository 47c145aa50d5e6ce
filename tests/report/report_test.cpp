#include <reprtune/report/report.h>

#include "example_run.h"
#include "well_formed.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

void expect_well_formed(const std::string& html) { EXPECT_EQ(nesting_error(html).value_or(""), ""); }

TEST(Report, TheNestingReaderFindsMistakes) {
  EXPECT_FALSE(nesting_error("<p title=\"a > b\">x<br></p><path/>"));
  EXPECT_TRUE(nesting_error("<p><b></p></b>"));
  EXPECT_TRUE(nesting_error("<p>"));
  EXPECT_TRUE(nesting_error("<p class=\"x>"));
}

TEST(Report, ShowsWhatCameOut) {
  const std::string html = render_report(example_run(4));
  expect_well_formed(html);
  for (const char* expected :
       {"my-model", "75.0\u00a0%", "0.625", "50.0 points above", "15.0 points above", "2 min 5 s",
        "1,234 rows to train on", "the longest has 333", "2 were truncated", "few rows", "(line 7)",
        "temperature of 1.25", "3.5 percentage points", "0.432", "0.50 to 1.00",
        "321 rows: mean probability 0.789, 0.750 right", ">best epoch</text>", "reprtune classify my-model",
        "first row"}) {
    EXPECT_NE(html.find(expected), std::string::npos) << expected;
  }
}

TEST(Report, ShowsFoldsComparisonAndDoubtfulLabels) {
  const std::string html = render_report(example_run(4));
  for (const char* expected :
       {"0.750 \u00b1 0.056", "0.501 to 0.599", "60 rows of 321 are predicted otherwise than labelled",
        "Of 1 the model is so sure", "wrongly labelled", "check the label", "its twin", "taken for",
        "<th scope=\"row\">95.0\u00a0%</th><td class=\"n\" data-name=\"threshold\">0.900</td>"}) {
    EXPECT_NE(html.find(expected), std::string::npos) << expected;
  }
}

TEST(Report, ShowsWhatMoreRowsWouldGive) {
  Json run = example_run(4);
  const std::string html = render_report(run);
  for (const char* expected : {"Would more rows help?", "<strong>+3.7 points</strong>",
                               "<strong>+2.0</strong>", "321 validation rows", "accuracy, expected"})
    EXPECT_NE(html.find(expected), std::string::npos) << expected;
  run["learning_curve"]["forecast"] = "soon";
  EXPECT_EQ(render_report(run).find("Would more rows help?"), std::string::npos);
}

TEST(Report, LoadsNothingFromAnywhere) {
  const std::string html = render_report(example_run(4));
  for (const char* loader : {"src=", "href=", "http://", "https://", "@import", "url("}) {
    EXPECT_EQ(html.find(loader), std::string::npos) << loader;
  }
}

TEST(Report, EveryPartMayBeAbsent) {
  const Json full = example_run(3);
  expect_well_formed(render_report(Json::object()));
  expect_well_formed(render_report(nullptr));
  for (const auto& [key, value] : full.items()) {
    Json without = full;
    without.erase(key);
    expect_well_formed(render_report(without));
    expect_well_formed(render_report({{key, value}}));
    for (const Json& wrong :
         {Json("text"), Json(-1), Json::array({1, "x", nullptr}), Json{{"rows", "many"}}}) {
      Json changed = full;
      changed[key] = wrong;
      expect_well_formed(render_report(changed));
    }
  }
}

TEST(Report, SaysHowTheRunStands) {
  Json run = example_run(3);
  EXPECT_EQ(render_report(run).find("http-equiv=\"refresh\""), std::string::npos);
  run["state"] = "running";
  EXPECT_NE(render_report(run).find("http-equiv=\"refresh\""), std::string::npos);
  EXPECT_EQ(render_report(run, false).find("http-equiv=\"refresh\""), std::string::npos);
  run["state"] = "failed";
  run["reason"] = "disk full <b>";
  EXPECT_NE(render_report(run).find("disk full &lt;b&gt;"), std::string::npos);
  run["state"] = "interrupted";
  EXPECT_NE(render_report(run).find("was interrupted"), std::string::npos);
  EXPECT_NE(render_report(Json::object()).find("No validation has been run yet"), std::string::npos);
}

TEST(Report, BeforeTheEndShowsTheBestValidation) {
  Json run = example_run(3);
  run.erase("metrics");
  run["best_epoch"] = 1;
  EXPECT_NE(render_report(run).find("<strong>70.0"), std::string::npos);
  run.erase("best_epoch");
  EXPECT_NE(render_report(run).find("<strong>75.0"), std::string::npos);
}

TEST(Report, AdmitsWhenNothingWasGained) {
  Json run = example_run(3);
  EXPECT_EQ(render_report(run).find("gained nothing"), std::string::npos);
  run["baselines"]["linear_probe"]["accuracy"] = 0.8;
  const std::string html = render_report(run);
  EXPECT_NE(html.find("gained nothing"), std::string::npos);
  EXPECT_NE(html.find("5.0 points below"), std::string::npos);
  run["options"]["head-only"] = true;  // then it is that probe
  EXPECT_EQ(render_report(run).find("gained nothing"), std::string::npos);
}

TEST(Report, SaysThatAFinalFitTookPlaceAndWhereItBegins) {
  Json run = example_run(3);
  EXPECT_EQ(render_report(run).find("final fit begins"), std::string::npos);
  EXPECT_EQ(render_report(run).find("trained anew on all"), std::string::npos);
  run["data"]["final_fit_rows"] = 1234;
  const std::size_t half = run["steps"].size() / 2;
  for (std::size_t i = 0; i < run["steps"].size(); ++i)
    run["steps"][i]["round"] = i < half ? "round 1 of 2" : "final fit";
  const std::string page = render_report(run);
  EXPECT_NE(page.find("trained anew on all 1,234 rows"), std::string::npos);
  EXPECT_NE(page.find("final fit begins"), std::string::npos);
}

TEST(Report, SaysNothingOfThresholdsWhereEveryAnswerIsRight) {
  Json run = example_run(3);
  EXPECT_NE(render_report(run).find("rows answered"), std::string::npos);
  for (Json& cut : run["predictions"]["threshold_curve"]) cut["accuracy"] = 1.0;
  run["predictions"]["threshold_curve"][0]["threshold"] = 0.0;
  std::string page = render_report(run);
  EXPECT_NE(page.find("On these rows every answer is right"), std::string::npos);
  EXPECT_EQ(page.find("rows answered"), std::string::npos);
  for (Json& cut : run["predictions"]["threshold_curve"]) cut["accuracy"] = 0.5;
  page = render_report(run);
  EXPECT_NE(page.find("No threshold helps"), std::string::npos);
  EXPECT_EQ(page.find("rows answered"), std::string::npos);
}

TEST(Report, SaysWhenTheModelAbstains) {
  Json run = example_run(3);
  EXPECT_NE(
      render_report(run).find("abstains below a probability of 0.625: it answers 95.0\u00a0% of these rows"),
      std::string::npos);
  run["abstention"]["threshold"] = 0.0;
  EXPECT_NE(render_report(run).find("answers every row, for 88.0\u00a0% of all answers are right"),
            std::string::npos);
  run["abstention"]["threshold"] = nullptr;
  EXPECT_NE(render_report(run).find("Asked for 87.5\u00a0% right answers, no threshold"), std::string::npos);
}

TEST(Report, EscapesEverythingOfTheUser) {
  const std::string hostile =
      std::string("<script>alert('x')</script>\"onload=\"y\" & \xF0\x9F\x98\x80 \xD7\xA9 \xE2\x80\xAE \xFF") +
      '\0';
  const std::size_t own_scripts = occurrences(render_report(example_run(5)), "<script");
  for (const std::size_t classes : {5u, 30u}) {
    const std::string html = render_report(example_run(classes, hostile));
    expect_well_formed(html);
    EXPECT_EQ(occurrences(html, "<script"), own_scripts);
    EXPECT_EQ(html.find("<script>alert"), std::string::npos);
    EXPECT_EQ(html.find("onload=\"y\""), std::string::npos);
    EXPECT_EQ(html.find('\0'), std::string::npos);
    EXPECT_EQ(html.find("\xE2\x80\xAE"), std::string::npos);  // right-to-left override
    EXPECT_EQ(html.find('\xFF'), std::string::npos);
    EXPECT_NE(html.find("&lt;script&gt;alert(&#39;x&#39;)"), std::string::npos);
    EXPECT_NE(html.find("\xF0\x9F\x98\x80"), std::string::npos);
  }
}

TEST(Report, BoundsTheSizeOfEverything) {
  Json run = example_run(3, std::string(5000, 'w'));
  Json points = Json::array(), steps = Json::array();
  for (std::size_t i = 0; i < 7000; ++i) points.push_back(run["scatter"]["points"][i % 12]);
  for (std::size_t i = 0; i < 50; ++i) steps.insert(steps.end(), run["steps"].begin(), run["steps"].end());
  run["scatter"]["points"] = points;
  run["steps"] = steps;
  const std::string html = render_report(run);
  EXPECT_LE(occurrences(html, "class=\"pt pt"), 2 * 2000u + 6);  // two pictures and their legends
  EXPECT_GE(occurrences(html, "class=\"pt pt"), 2 * 1990u);
  EXPECT_LT(occurrences(html, "class=\"hover\""), 600u);
  EXPECT_EQ(html.find(std::string(500, 'w')), std::string::npos);
  EXPECT_LT(html.size(), 2'500'000u);
}

TEST(Report, ShowsWhatThereIsToSayOfSeveralLabels) {
  const std::string html = render_report(example_run_of_label_sets());
  EXPECT_NE(html.find("gives exactly the right labels to"), std::string::npos);
  EXPECT_NE(html.find("(micro)"), std::string::npos);
  EXPECT_NE(html.find("(samples)"), std::string::npos);
  EXPECT_NE(html.find("(Hamming loss)"), std::string::npos);
  EXPECT_EQ(html.find("Which class is taken for which"), std::string::npos);
  EXPECT_EQ(html.find("always answering the most frequent class"), std::string::npos);
  const std::string one = render_report(example_run(3));
  EXPECT_EQ(one.find("(micro)"), std::string::npos);
  EXPECT_NE(one.find("Which class is taken for which"), std::string::npos);
}

}  // namespace
}  // namespace reprtune
