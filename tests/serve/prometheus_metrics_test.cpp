#include <reprtune/serve/prometheus_metrics.h>

#include <sstream>

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

void expect_line(const std::string& text, const std::string& line) {
  EXPECT_NE(text.find("\n" + line + "\n"), std::string::npos) << line;
}

TEST(PrometheusMetrics, CountsRequests) {
  PrometheusMetrics metrics;
  metrics.count_request("POST", "/embed", 200, std::chrono::milliseconds(3));
  metrics.count_request("POST", "/embed", 200, std::chrono::seconds(99));
  metrics.count_request("POST", "/embed", 429, std::chrono::milliseconds(1));
  metrics.request_began();
  const std::string text = metrics.text(7);
  expect_line(text, "reprtune_requests_total{method=\"POST\",path=\"/embed\",status=\"200\"} 2");
  expect_line(text, "reprtune_requests_total{method=\"POST\",path=\"/embed\",status=\"429\"} 1");
  const std::string bucket = "reprtune_request_duration_seconds_bucket{path=\"/embed\",le=\"";
  expect_line(text, bucket + "0.001\"} 1");
  expect_line(text, bucket + "0.0025\"} 1");
  expect_line(text, bucket + "0.005\"} 2");
  expect_line(text, bucket + "10\"} 2");
  expect_line(text, bucket + "+Inf\"} 3");
  expect_line(text, "reprtune_request_duration_seconds_count{path=\"/embed\"} 3");
  expect_line(text, "reprtune_waiting_texts 7");
  expect_line(text, "reprtune_requests_under_way 1");
}

TEST(PrometheusMetrics, CountsTextsAndBatches) {
  PrometheusMetrics metrics;
  metrics.count_texts(3, 20, 1);
  metrics.count_batch(2, 14);
  metrics.count_batch(500, 6);
  metrics.count_reload(true);
  metrics.count_reload(false);
  const std::string text = metrics.text(0);
  expect_line(text, "reprtune_texts_total 3");
  expect_line(text, "reprtune_tokens_total 20");
  expect_line(text, "reprtune_truncated_texts_total 1");
  expect_line(text, "reprtune_batch_texts_bucket{le=\"2\"} 1");
  expect_line(text, "reprtune_batch_texts_bucket{le=\"+Inf\"} 2");
  expect_line(text, "reprtune_batch_texts_sum 502");
  expect_line(text, "reprtune_batch_tokens_total 20");
  expect_line(text, "reprtune_reloads_total 1");
  expect_line(text, "reprtune_failed_reloads_total 1");
}

TEST(PrometheusMetrics, HasAHeadForEveryFamily) {
  PrometheusMetrics metrics;
  metrics.count_request("GET", "/", 200, std::chrono::seconds(1));
  std::istringstream lines(metrics.text(0));
  std::string family;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) family = line.substr(7, line.find(' ', 7) - 7);
    EXPECT_TRUE(line.starts_with("#") || line.starts_with(family)) << line;
  }
}

}  // namespace
}  // namespace reprtune::serve
