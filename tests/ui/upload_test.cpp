#include <reprtune/ui/upload.h>

#include "temporary_folder.h"

namespace reprtune::ui {
namespace {

using Body = serve::HttpRequest::Body;

TEST(Upload, WritesAFileThatWasNotThere) {
  const TemporaryFolder place;
  for (const char* name : {"a.csv", "a-2.csv"}) {
    Upload upload(place.path(), "a.csv");
    upload.take("text,");
    upload.take("label\n");
    EXPECT_EQ(upload.finish(Body::complete).body, "{\"name\":\"" + std::string(name) + "\"}\n");
    EXPECT_EQ(place.read(name), "text,label\n");
  }
}

TEST(Upload, LeavesNothingOfWhatDidNotArriveWhole) {
  const TemporaryFolder place;
  for (const auto& [arrival, status] : {std::pair(Body::too_large, 413), {Body::cut_off, 400}}) {
    Upload upload(place.path(), "a.csv");
    upload.take("text");
    EXPECT_EQ(upload.finish(arrival).status, status);
  }
  {
    Upload nothing(place.path(), "a.csv");
    EXPECT_EQ(nothing.finish(Body::complete).status, 400);
  }
  EXPECT_TRUE(std::filesystem::is_empty(place.path()));
}

}  // namespace
}  // namespace reprtune::ui
