#include <reprtune/ui/ui_service.h>

#include "temporary_folder.h"

#include <stdexcept>

#include <nlohmann/json.hpp>

namespace reprtune::ui {
namespace {

using serve::HttpRequest;
using serve::HttpResponse;

class UiServiceTest : public testing::Test {
 protected:
  HttpRequest request(const std::string& method, const std::string& path,
                      const std::string& body = "") const {
    HttpRequest request{.method = method, .path = path};
    request.host = "127.0.0.1:4711";
    request.cookie = "reprtune-4711=secret";
    request.content_type = "application/json";
    request.body = body;
    return request;
  }
  HttpResponse get(const std::string& path) { return service_.handle(request("GET", path)); }
  HttpResponse post(const std::string& action, const std::string& body) {
    return service_.handle(request("POST", "/ui/api/" + action, body));
  }
  static std::string header(const HttpResponse& response, const std::string& name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return "";
  }

  TemporaryFolder place_;
  Gate gate_{4711, "secret"};
  WorkFolder folder_{place_.path()};
  Program program_{"/bin/echo", folder_.path(), {}};
  Playground playground_{[](const std::string&) -> std::shared_ptr<const serve::ServedModel> {
                           throw std::runtime_error("no model");
                         },
                         [](const std::string&) { return std::string(); },
                         {},
                         1,
                         {}};
  nlohmann::ordered_json settings_ = nlohmann::ordered_json::array();
  int failures_ = 0;
  UiService service_{gate_,       folder_,   program_,
                     playground_, settings_, [this](const std::exception&) { ++failures_; }};
};

TEST_F(UiServiceTest, OpensWithTheTokenAndThenByTheCookie) {
  HttpRequest first = request("GET", "/ui/");
  first.cookie.clear();
  EXPECT_EQ(service_.handle(first).status, 403);
  first.query["token"] = "secret";
  const HttpResponse page = service_.handle(first);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(header(page, "Set-Cookie"), gate_.cookie());
  EXPECT_EQ(get("/ui/").status, 200);
  EXPECT_EQ(header(get("/ui/"), "Set-Cookie"), "");
}

TEST_F(UiServiceTest, AsksForTheTokenEverywhere) {
  for (const char* path :
       {"/", "/ui/", "/ui/app.js", "/ui/base.css", "/ui/report/m", "/ui/playground/m", "/ui/api/folder",
        "/ui/files/a.csv", "/playground/models", "/v1/classify", "/health", "/openapi.json", "/nothing"}) {
    for (const char* method : {"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS"}) {
      HttpRequest stranger = request(method, path, "{}");
      stranger.cookie = "reprtune-4711=guess";
      const int status = service_.handle(stranger).status;
      EXPECT_TRUE(status == 401 || status == 403) << method << " " << path << " " << status;
    }
  }
}

TEST_F(UiServiceTest, LetsNoOtherSiteIn) {
  HttpRequest foreign = request("POST", "/ui/api/folder", "{}");
  foreign.origin = "http://evil.example";
  EXPECT_EQ(service_.handle(foreign).status, 401);
  foreign.origin = "http://127.0.0.1:4711";
  EXPECT_EQ(service_.handle(foreign).status, 200);
  foreign.host = "evil.example:4711";
  EXPECT_EQ(service_.handle(foreign).status, 401);
  HttpRequest form = request("POST", "/ui/api/folder", "{}");
  form.content_type = "text/plain";  // what a form of another page could send
  EXPECT_EQ(service_.handle(form).status, 415);
}

TEST_F(UiServiceTest, RunsNothingButItsOwnFiles) {
  for (const char* path : {"/ui/", "/ui/app.js", "/ui/base.css", "/ui/ui.css"}) {
    const HttpResponse file = get(path);
    EXPECT_EQ(file.status, 200) << path;
    const std::string policy = header(file, "Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'; script-src 'self'; style-src 'self'"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(header(file, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header(file, "Cache-Control"), "no-store");
    EXPECT_EQ(file.body.find("innerHTML"), std::string::npos);
  }
  EXPECT_EQ(get("/ui/absent.js").status, 404);
  EXPECT_EQ(get("/ui/../etc/passwd").status, 404);
}

TEST_F(UiServiceTest, ShowsReportsInASandbox) {
  place_.write("m/run/state.json", R"({"state": "done"})");
  place_.write("m/run/report.json", R"({"model": "<script>alert(1)</script>", "state": "running"})");
  const HttpResponse report = get("/ui/report/m");
  EXPECT_EQ(report.status, 200);
  EXPECT_TRUE(
      header(report, "Content-Security-Policy").starts_with("sandbox allow-scripts; default-src 'none'"));
  EXPECT_EQ(report.body.find("<script>alert"), std::string::npos);
  EXPECT_EQ(report.body.find("http-equiv=\"refresh\""), std::string::npos);
  EXPECT_EQ(get("/ui/report/absent").status, 400);
}

TEST_F(UiServiceTest, TakesUploadsOnlyFromItsOwnPage) {
  const auto put = [this](HttpRequest head) {
    const auto receiver = service_.receiver(head);
    EXPECT_NE(receiver, nullptr);
    receiver->take("text,label\n");
    return receiver->finish(HttpRequest::Body::complete).status;
  };
  EXPECT_EQ(put(request("PUT", "/ui/files/a b.csv")), 200);
  EXPECT_EQ(place_.read("a b.csv"), "text,label\n");
  HttpRequest stranger = request("PUT", "/ui/files/b.csv");
  stranger.cookie.clear();
  EXPECT_EQ(put(stranger), 401);
  HttpRequest foreign = request("PUT", "/ui/files/b.csv");
  foreign.origin = "http://evil.example";
  EXPECT_EQ(put(foreign), 401);
  for (const char* name : {"../b.csv", "x/b.csv", "b.exe", ".b.csv"})
    EXPECT_EQ(put(request("PUT", std::string("/ui/files/") + name)), 400) << name;
  EXPECT_EQ(service_.receiver(request("POST", "/ui/api/folder")), nullptr);
  EXPECT_FALSE(std::filesystem::exists(place_.path() / "b.csv"));
}

TEST_F(UiServiceTest, AnswersWhatCannotBeDone) {
  EXPECT_EQ(post("absent", "{}").status, 404);
  EXPECT_EQ(post("run", "no json").status, 400);
  EXPECT_EQ(post("run", "{}").status, 400);
  EXPECT_EQ(post("check", R"({"train": "a.csv", "base": "small"})").status, 400);
  EXPECT_EQ(get("/ui/api/folder").status, 405);
  EXPECT_EQ(failures_, 0);
  EXPECT_EQ(get("/ui/playground/m").status, 500);
  EXPECT_EQ(failures_, 1);
  EXPECT_EQ(get("/").status, 303);  // no model is open: back to the page
}

}  // namespace
}  // namespace reprtune::ui
