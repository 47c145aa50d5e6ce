#include <reprtune/io/random.h>
#include <reprtune/model/safetensors.h>

#include "error_of.h"
#include "golden.h"

#include <cstring>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

std::string safetensors(const std::string& header, const std::string& data) {
  const std::uint64_t size = header.size();
  return std::string(reinterpret_cast<const char*>(&size), 8) + header + data;
}

std::string refusal(const std::string& bytes) {
  const TemporaryFolder folder;
  const auto file = folder.write("model.safetensors", bytes);
  std::string message = error_of(ErrorKind::model, [&] { const SafetensorsFile loaded(file); });
  EXPECT_TRUE(message.starts_with(file.string() + ": ")) << message;
  return message;
}

/// Header of one tensor x.
std::string one(const std::string& type, const std::string& shape, const std::string& offsets) {
  return R"({"x":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

TEST(Safetensors, RoundTripIsBitEqual) {
  const TemporaryFolder folder;
  const at::Tensor a = at::randn({3, 5}), b = at::randn({7}), empty = at::empty({0, 4});
  const at::Tensor odd =
      at::tensor({0.0F, -0.0F, 1e-45F, std::numeric_limits<float>::infinity(), std::nanf("")}, at::kFloat);
  write_safetensors(folder / "x.safetensors",
                    {{"b", b}, {"a.weight", a}, {"odd", odd}, {"empty", empty}, {"a.t", a.t()}});
  const SafetensorsFile file(folder / "x.safetensors");
  EXPECT_EQ(file.names(), (std::vector<std::string>{"a.t", "a.weight", "b", "empty", "odd"}));
  EXPECT_TRUE(same_bits(file.read("a.weight", {3, 5}), a));
  EXPECT_TRUE(same_bits(file.read("a.t", {5, 3}), a.t()));
  EXPECT_TRUE(same_bits(file.read("b", {7}), b));
  EXPECT_EQ(file.read("empty", {0, 4}).numel(), 0);
  EXPECT_EQ(std::memcmp(file.read("odd", {5}).const_data_ptr(), odd.const_data_ptr(), odd.nbytes()), 0);
}

TEST(Safetensors, SameTensorsInAnyOrderGiveTheSameBytes) {
  const TemporaryFolder folder;
  const at::Tensor a = at::randn({3}), b = at::randn({2, 2});
  write_safetensors(folder / "1", {{"a", a}, {"b", b}});
  write_safetensors(folder / "2", {{"b", b}, {"a", a}});
  EXPECT_EQ(file_bytes(folder / "1"), file_bytes(folder / "2"));
  std::uint64_t header = 0;
  std::memcpy(&header, file_bytes(folder / "1").data(), 8);
  EXPECT_EQ(header % 8, 0u);  // data is aligned, as the format's own writer does it
}

TEST(Safetensors, ReadsHalfAndDoubleAsFloat) {
  const TemporaryFolder folder;
  const std::string half("\x00\x3c\x00\xc0", 4);   // 1, -2 in F16
  const std::string brain("\x80\x3f\x00\xc0", 4);  // 1, -2 in BF16
  const double doubles[] = {1, -2};
  const std::string wide(reinterpret_cast<const char*>(doubles), 16);
  for (const auto& [type, data] :
       {std::pair("F16", half), std::pair("BF16", brain), std::pair("F64", wide)}) {
    const auto path =
        folder.write("x", safetensors(one(type, "[2]", "[0," + std::to_string(data.size()) + "]"), data));
    EXPECT_TRUE(same_bits(SafetensorsFile(path).read("x", {2}), at::tensor({1.0F, -2.0F}, at::kFloat)))
        << type;
  }
}

TEST(Safetensors, WrongNameShapeAndTypeAreNamed) {
  const TemporaryFolder folder;
  const auto path = folder.write("x", safetensors(one("I32", "[2]", "[0,8]"), std::string(8, '\0')));
  const SafetensorsFile file(path);
  EXPECT_NE(error_of(ErrorKind::model, [&] { file.read("y", {2}); }).find("no tensor 'y'"),
            std::string::npos);
  EXPECT_NE(error_of(ErrorKind::model,
                     [&] {
                       file.read("x", {1, 2});
                     })
                .find("shape [2], expected [1, 2]"),
            std::string::npos);
  EXPECT_NE(error_of(ErrorKind::model, [&] { file.read("x", {2}); }).find("type I32"), std::string::npos);
}

TEST(Safetensors, HostileHeadersAreRefused) {
  const std::string eight(8, 'x');
  const auto with = [&](const std::string& header) { return safetensors(header, eight); };
  refusal("");
  refusal("1234567");
  refusal(std::string(8, '\xff'));                              // header longer than any file
  refusal(std::string("\x10\0\0\0\0\0\0\0", 8));                // header longer than this one
  refusal(std::string("\0\xe1\xf5\x05\0\0\0\x80", 8) + eight);  // 2^63 + 100 MB
  for (const char* header :
       {"", "{", "[]", "null", "7", "\"x\"", "NaN", R"({"x":NaN})", R"({"x":7})", R"({"x":[]})",
        R"({"x":{}})", "{\"\xff\":1}", R"({"x":{"dtype":1,"shape":[2],"data_offsets":[0,8]}})",
        R"({"x":{"dtype":"F32","shape":2,"data_offsets":[0,8]}})",
        R"({"x":{"dtype":"F32","shape":[2],"data_offsets":8}})",
        R"({"x":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}})",
        R"({"x":{"dtype":"F32","shape":[2]}})"}) {
    SCOPED_TRACE(header);
    refusal(with(header));
  }
  const auto bad = [&](const std::string& type, const std::string& shape, const std::string& offsets) {
    SCOPED_TRACE(one(type, shape, offsets));
    refusal(with(one(type, shape, offsets)));
  };
  bad("F33", "[2]", "[0,8]");
  bad("F32", "[3]", "[0,8]");
  bad("F32", "[-2]", "[0,8]");
  bad("F32", "[-1,-2]", "[0,8]");
  bad("F32", "[2]", "[8,0]");
  bad("F32", "[2]", "[-8,0]");
  bad("F32", "[2]", "[-16,-8]");
  bad("F32", "[2]", "[8,16]");
  bad("F32", "[2]", "[0,8,8]");
  bad("F32", "[1]", "[0,4]");                      // four bytes nobody owns at the end
  bad("F32", "[1]", "[4,8]");                      // and at the beginning
  bad("F32", "[4611686018427387904,4]", "[0,0]");  // 2^64 elements wrap to 0
  bad("F32", "[4294967296,4294967296]", "[0,8]");
  bad("U8", "[4294967296,4294967296,16]", "[0,8]");
  bad("F32", "[2]", "[0,18446744073709551624]");  // 2^64 + 8
}

TEST(Safetensors, OverlapsHolesAndDuplicatesAreRefused) {
  const auto entry = [](const char* name, int begin, int end) {
    return std::string("\"") + name + R"(":{"dtype":"F32","shape":[)" + std::to_string((end - begin) / 4) +
           R"(],"data_offsets":[)" + std::to_string(begin) + "," + std::to_string(end) + "]}";
  };
  const auto both = [&](const std::string& a, const std::string& b) {
    return safetensors("{" + a + "," + b + "}", std::string(12, 'x'));
  };
  EXPECT_NE(refusal(both(entry("a", 0, 8), entry("b", 4, 12))).find("overlap"), std::string::npos);
  EXPECT_NE(refusal(both(entry("a", 0, 4), entry("b", 8, 12))).find("hole"), std::string::npos);
  EXPECT_NE(refusal(both(entry("a", 0, 12), entry("b", 0, 12))).find("overlap"), std::string::npos);
  EXPECT_NE(refusal(both(entry("a", 0, 4), entry("a", 4, 12))).find("twice"), std::string::npos);
  const TemporaryFolder folder;
  EXPECT_NO_THROW(SafetensorsFile(folder.write("x", both(entry("b", 4, 12), entry("a", 0, 4)))));
}

TEST(Safetensors, MessagesStayOnOneLineWhateverTheNames) {
  refusal(safetensors(R"({"a\nb\u001b[31m":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", "1234"));
  refusal(safetensors(R"({"a":{"dtype":"F\n32","shape":[2],"data_offsets":[0,8]}})", "12345678"));
}

TEST(Safetensors, DeepNestingDoesNotOverflowTheStack) {
  refusal(safetensors(std::string(1'000'000, '['), ""));
  const std::string nested = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  refusal(safetensors(R"({"__metadata__":)" + nested + "}", ""));
}

TEST(Safetensors, CutAnywhereIsRefused) {
  const std::string whole = file_bytes(Golden("cls").folder / "model.safetensors");
  for (std::size_t size = 0; size < whole.size(); size += size < 64 ? 1 : 997) {
    SCOPED_TRACE(size);
    refusal(whole.substr(0, size));
  }
  refusal(whole + "x");
}

TEST(Safetensors, FolderAndMissingFileAreRefused) {
  const TemporaryFolder folder;
  error_of(ErrorKind::model, [&] { const SafetensorsFile file(folder.path()); });
  EXPECT_NE(
      error_of(ErrorKind::model, [&] { const SafetensorsFile file(folder / "x"); }).find("No such file"),
      std::string::npos);
}

TEST(Safetensors, RandomMutationsLoadOrAreRefused) {
  const TemporaryFolder folder;
  write_safetensors(folder / "good",
                    {{"a", at::randn({3, 2})}, {"b", at::randn({4})}, {"c", at::randn({1})}});
  const std::string good = file_bytes(folder / "good");
  Random random(11);
  int loaded = 0, refused = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    std::string bytes = good;
    const std::uint64_t flips = 1 + random.below(4);
    for (std::uint64_t i = 0; i < flips; ++i) {
      const std::size_t place = random.below(random.below(2) == 0 ? bytes.size() : bytes.size() - 44);
      bytes[place] = static_cast<char>(
          random.below(3) == 0 ? random.next()
                               : static_cast<unsigned char>("0123456789[]{},\":-"[random.below(18)]));
    }
    if (random.below(8) == 0) bytes.resize(random.below(bytes.size()));
    try {
      std::filesystem::remove(folder / "x");  // a file written over another waits for the disk
      const SafetensorsFile file(folder.write("x", bytes));
      for (const std::string& name : file.names()) {
        try {
          file.read(name, file.shape(name));
        } catch (const Error& error) {
          EXPECT_EQ(error.kind(), ErrorKind::model);
        }
      }
      ++loaded;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model);
      ++refused;
    }
  }
  EXPECT_GT(loaded, 100);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace reprtune
