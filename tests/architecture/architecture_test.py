#!/usr/bin/env python3
"""Plants violations in a small tree and checks that architecture.py finds each of them, and nothing in a clean tree."""

import pathlib
import tempfile
import unittest

import architecture

CLEAN = {
    "include/reprtune/io/error.h": "#pragma once\n#include <stdexcept>\n",
    "include/reprtune/model/encoder.h": "#pragma once\n#include <ATen/core/Tensor.h>\n#include <reprtune/io/error.h>\n",
    "include/reprtune/eval/metrics.h": "#pragma once\n#include <nlohmann/json_fwd.hpp>\n",
    "src/io/error.cpp": '#include <zlib.h>\n#include <sys/stat.h>\n#include "part.h"\n',
    "src/io/part.h": "#pragma once\n",
    "src/kernels/lanes-inl.h": "#include <hwy/highway.h>\n",
    "src/model/encoder.cpp": "#include <torch/torch.h>\n#include <nlohmann/json.hpp>\n",
    "src/data/rows.cpp": "// no printf(here) and no exit(0)\nconst char* text = \"std::cout exit(1)\"; int n = 1'000;\n"
                         "void f() { snprintf(buffer, 3, \"%d\", n); loop.exit(); }\n",
    "tools/reprtune/main.cpp": "#include <CLI/CLI.hpp>\n#include <reprtune/train/run.h>\nint main() { std::cout << 1; }\n",
}

# Each: file, its text, a piece of the message expected.
PLANTED = [
    ("src/io/low.cpp", "#include <reprtune/data/rows.h>\n", "data is a higher storey"),
    ("src/train/loop.cpp", "#include <reprtune/report/page.h>\n", "report is a higher storey"),
    ("include/reprtune/text/a.h", "#pragma once\n#include <reprtune/infer/b.h>\n", "infer is a higher storey"),
    ("src/data/a.cpp", "#include <reprtune/kitchen/b.h>\n", "unknown storey 'kitchen'"),
    ("src/attic/a.cpp", "int a;\n", "unknown storey 'attic'"),
    ("src/eval/a.cpp", "#include <ATen/ATen.h>\n", "libtorch belongs to"),
    ("src/report/a.cpp", "#include <torch/torch.h>\n", "libtorch belongs to"),
    ("tools/reprtune/a.cpp", "#include <c10/core/Device.h>\n", "libtorch belongs to"),
    ("src/io/a.cpp", "#include <spdlog/spdlog.h>\n", "spdlog belongs to tools"),
    ("src/io/a.cpp", "#include <CLI/CLI.hpp>\n", "CLI11 belongs to tools"),
    ("src/text/a.cpp", "#include <libfccp/csv.h>\n", "belongs to data"),
    ("src/model/a.cpp", "#include <hwy/highway.h>\n", "highway belongs to kernels"),
    ("src/data/a.cpp", "#include <sentencepiece_processor.h>\n", "belongs to text"),
    ("src/data/a.cpp", "#include <zlib.h>\n", "zlib belongs to io"),
    ("src/infer/a.cpp", "#include <httplib.h>\n", "cpp-httplib belongs to serve"),
    ("src/serve/a.cpp", "#include <ATen/ATen.h>\n", "libtorch belongs to"),
    ("src/report/a.cpp", "#include <reprtune/serve/service.h>\n", "serve is a higher storey"),
    ("src/io/a.cpp", "#include <boost/any.hpp>\n", "library without a room"),
    ("include/reprtune/model/a.h", "#pragma once\n#include <torch/torch.h>\n", "a header may not include"),
    ("src/model/a.h", "#pragma once\n#include <torch/torch.h>\n", "a header may not include"),
    ("include/reprtune/eval/a.h", "#pragma once\n#include <nlohmann/json.hpp>\n", "a header may not include"),
    ("include/reprtune/eval/a.h", '#pragma once\n#include "b.h"\n', "expected <reprtune/...>"),
    ("include/reprtune/eval/a.h", "#include <string>\n", "#pragma once"),
    ("src/io/a.cpp", "void f() { std::cout << 1; }\n", "never prints"),
    ("src/io/a.cpp", 'void f() { std::printf("x"); }\n', "never prints"),
    ("src/io/a.cpp", 'void f() { std::fprintf(stderr, "x"); }\n', "never prints"),
    ("include/reprtune/io/a.h", "#pragma once\ninline void f() { std::exit(3); }\n", "never exits"),
    ("src/io/a.cpp", "void f() { abort(); }\n", "never exits"),
]


def violations_of(files):
    """What architecture.py says about a tree of the given files."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return architecture.violations(root)


class ArchitectureTest(unittest.TestCase):
    def test_clean_tree_has_no_violation(self):
        self.assertEqual(violations_of(CLEAN), [])

    def test_each_planted_violation_is_found_once_and_alone(self):
        for name, text, message in PLANTED:
            with self.subTest(file=name, text=text):
                found = violations_of({**CLEAN, name: text})
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(name + ":"), found)
                self.assertIn(message, found[0])

    def test_line_number_survives_comments_of_several_lines(self):
        found = violations_of({"src/io/a.cpp": "/* one\n two */\n\nvoid f() { exit(1); }\n"})
        self.assertEqual([line.split(":")[:2] for line in found], [["src/io/a.cpp", "4"]])


if __name__ == "__main__":
    unittest.main()
