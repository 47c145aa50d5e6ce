#!/usr/bin/env python3
"""Checks that the storeys of the house stay apart: architecture.py REPOSITORY

Prints one `file:line: what` per violation and exits 1 when there is one. The rules are those of docs/architecture.md:
includes point down, a third-party library appears only in the room that owns it, the library neither prints nor exits.
"""

import pathlib
import re
import sys

STOREYS = ["io", "data", "text", "eval", "kernels", "model", "hub", "infer", "train", "report", "serve", "ui", "tools"]

# Library, pattern of its headers, storeys whose sources may include them.
LIBRARIES = [
    ("libtorch", r"(torch|ATen|c10)/", {"model", "infer", "train"}),
    ("CLI11", r"CLI/", {"tools"}),
    ("toml++", r"toml\+\+/", {"tools"}),
    ("spdlog", r"(spdlog|fmt)/", {"tools"}),
    ("fast-cpp-csv-parser", r"((lib)?fccp|fast-cpp-csv-parser)/", {"data"}),
    ("sentencepiece", r"sentencepiece", {"text"}),
    ("highway", r"hwy/", {"kernels"}),
    ("cpp-httplib", r"httplib\.h$", {"serve"}),
    ("libcurl", r"curl/", {"hub"}),
    ("openssl", r"openssl/", {"hub"}),
    ("zlib", r"zlib\.h$", {"io"}),
    ("xxhash", r"xxhash\.h$", {"io"}),
    ("nlohmann-json", r"nlohmann/", set(STOREYS)),
]

# What our own headers may include of these libraries: declarations that cost little to compile.
LIGHT_HEADERS = {"nlohmann/json_fwd.hpp", "ATen/core/Tensor.h", "c10/core/Device.h", "c10/core/ScalarType.h"}

# Headers with templates over what a light header only declares.
HEAVY_HEADERS = {("include/reprtune/io/json_file.h", "nlohmann/json.hpp"), ("src/text/listed_json.h", "nlohmann/json.hpp")}

SYSTEM_HEADER = re.compile(
    r"[a-z_]+$|sys/[a-z]+\.h$|(fcntl|unistd|spawn|dlfcn|netdb|poll|pwd|signal|pthread|sched|errno|time|cpuid|malloc|immintrin|omp)\.h$|netinet/(in|tcp)\.h$")

FORBIDDEN_IN_LIBRARY = [
    (re.compile(r"\b(cout|cerr|clog|stdout|stderr)\b"), "the library never prints: return the text, or use a callback"),
    (re.compile(r"(?<![\w.>])(v?printf|puts|putchar|perror)\s*\("), "the library never prints: return the text, or use a callback"),
    (re.compile(r"(?<![\w.>])(exit|_exit|_Exit|quick_exit|abort|terminate)\s*\("), "the library never exits: throw reprtune::Error"),
]

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
# Comments, strings and characters; the digit before ' keeps 1'000 out.
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)


def code_only(text):
    """The text with comments and literals blanked out, line numbers kept."""
    return NOT_CODE.sub(lambda match: "\n" * match.group().count("\n") or " ", text)


def storey_of(path):
    """The storey of a file given relative to the repository; None outside the house."""
    parts = path.parts
    if parts[0] == "tools":
        return "tools"
    return parts[2] if parts[0] == "include" else parts[1]


def include_violation(path, storey, quote, target, is_header):
    """Why a file may not include a target; None when it may."""
    if target.startswith("reprtune/"):
        other = target.split("/")[1]
        if other not in STOREYS:
            return f"unknown storey '{other}' in <{target}>: expected one of {' '.join(STOREYS)}"
        if STOREYS.index(other) > STOREYS.index(storey):
            return f"{storey} may not include <{target}>: {other} is a higher storey"
        return None
    if quote == '"':
        if path.parts[0] == "include" or "/" in target:
            return f'"{target}": expected <reprtune/...>, or a private header of the same folder in src/ and tools/'
        return None
    for library, pattern, rooms in LIBRARIES:
        if re.match(pattern, target):
            if storey not in rooms:
                return f"{storey} may not include <{target}>: {library} belongs to {', '.join(sorted(rooms))}"
            is_light = target in LIGHT_HEADERS or (path.as_posix(), target) in HEAVY_HEADERS or storey == "tools"
            if is_header and not is_light:
                return f"a header may not include <{target}>: of third-party headers only {', '.join(sorted(LIGHT_HEADERS))}"
            return None
    if not SYSTEM_HEADER.match(target):
        return f"<{target}> belongs to a library without a room: give it one in tests/architecture/architecture.py"
    return None


def file_violations(root, path):
    """Yields (line, what) for one file, its path relative to the root."""
    storey = storey_of(path)
    if storey not in STOREYS:
        yield 1, f"unknown storey '{storey}': expected one of {' '.join(STOREYS)}"
        return
    text = (root / path).read_text(encoding="utf-8")
    is_header = path.suffix == ".h" and not path.name.endswith("-inl.h")  # those are compiled once per target
    if is_header and not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield 1, "expected #pragma once in a header"
    for number, line in enumerate(text.splitlines(), 1):
        include = INCLUDE.match(line)
        what = include and include_violation(path, storey, *include.groups(), is_header)
        if what:
            yield number, what
    if storey == "tools":
        return
    for number, line in enumerate(code_only(text).splitlines(), 1):
        for pattern, what in FORBIDDEN_IN_LIBRARY:
            if pattern.search(line) and not INCLUDE.match(line):
                yield number, what


def source_files(root):
    """The C++ files of the house, relative to the root, in order."""
    for folder in ("include/reprtune", "src", "tools"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cpp", ".hpp", ".cc"):
                yield path.relative_to(root)


def violations(root):
    """All violations below a repository root, as `file:line: what`."""
    return [f"{path}:{line}: {what}" for path in source_files(root) for line, what in file_violations(root, path)]


def main():
    root = pathlib.Path(sys.argv[1])
    found = violations(root)
    print("\n".join(found) if found else f"{len(list(source_files(root)))} files, no violation")
    return 1 if found or not list(source_files(root)) else 0


if __name__ == "__main__":
    sys.exit(main())
