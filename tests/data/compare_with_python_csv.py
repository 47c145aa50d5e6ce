"""Prints rows, classes and dataset_hash of CSV files as Python's csv module reads them: the table in dataset_test.cpp.

usage: python3 tests/data/compare_with_python_csv.py FOLDER     (reads FOLDER/*/*.csv, each with a header)
"""
import csv
import pathlib
import sys


def fnv1a(strings):
    value = 0xCBF29CE484222325
    for string in strings:
        for byte in string.encode("utf-8") + b"\xff":
            value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


folder = pathlib.Path(sys.argv[1])
for path in sorted(folder.glob("*/*.csv")):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, strict=True))[1:]
    classes = len({label for _, label in rows})
    digest = fnv1a(string for row in rows for string in row)
    print(f'    {{"{path.relative_to(folder)}", {len(rows)}, {classes}, "{digest}"}},')
