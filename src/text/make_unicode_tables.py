#!/usr/bin/env python3
"""Writes unicode_tables.cpp: the character tables of Hugging Face's tokenizers, found by asking the package itself.

BERT vocabularies were made with Python's tables of their time, and the `tokenizers` package follows old versions of
them (142 code points differ from today's Unicode in punctuation, 470 in accents). Equal ids need equal tables, so every
code point is put to the package once and the answers are stored as ranges.

Usage: pip install tokenizers==0.23.3 && python3 make_unicode_tables.py
"""

import pathlib
import unicodedata

import tokenizers
from tokenizers import normalizers, pre_tokenizers

# The bits of CodePointProperties::flags; the same names and order as in include/reprtune/text/unicode_tables.h.
CONTROL, WHITESPACE, PUNCTUATION, IDEOGRAPH, NONSPACING, MARK, CANONICAL, COMPATIBILITY, CASED = (1 << i for i in range(9))

HANGUL = range(0xAC00, 0xD7A4)  # decomposed by arithmetic, not by table
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def bert(**options):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **options}).normalize_str


def pre_token_flags(char):
    pieces = [piece for piece, _ in pre_tokenizers.BertPreTokenizer().pre_tokenize_str("a" + char + "b")]
    if pieces == ["a", "b"]:
        return WHITESPACE
    if pieces == ["a", char, "b"]:
        return PUNCTUATION
    assert pieces == ["a" + char + "b"], (char, pieces)
    return 0


def flags_of(c, clean, chinese, strip, strip_marks, canonical, compatible, lower):
    char = chr(c)
    flags = pre_token_flags(char)
    cleaned = clean("a" + char + "b")
    if cleaned == "ab":
        flags |= CONTROL
    else:
        assert cleaned == ("a b" if flags & WHITESPACE else "a" + char + "b"), hex(c)
    if chinese(char) != char:
        assert chinese(char) == " " + char + " ", hex(c)
        flags |= IDEOGRAPH
    if strip(char) == "" and canonical(char) == char:
        flags |= NONSPACING
    if strip_marks(char) == "":
        flags |= MARK
    if canonical(char) != char:
        flags |= CANONICAL
    if compatible(char) != char:
        flags |= COMPATIBILITY
    if lower(char) != char:
        flags |= CASED
    return flags


def combining_classes(canonical):
    """The canonical combining class of every code point that has one, found by how the package sorts pairs."""
    representative = {}
    for c in range(0x10000):
        representative.setdefault(unicodedata.combining(chr(c)), chr(c))
    values = sorted(v for v in representative if v)
    last = representative[240]
    classes = {ord(last): 240}
    for c in CODE_POINTS:
        char = chr(c)
        if canonical(char) == char and char != last and canonical(last + char) != last + char:
            classes[c] = max(v for v in values if canonical(representative[v] + char) == representative[v] + char)
    return classes


def ranges(values):
    """[(first, value)] where value changes, over all code points (surrogates are like what precedes them)."""
    result = []
    for c in CODE_POINTS:
        if not result or values[c] != result[-1][1]:
            result.append((c, values[c]))
    return result


def lower_ranges(lower):
    """[(first, last, step, difference)] of the code points whose lower case is one other code point."""
    pairs = [(c, ord(lower(chr(c)))) for c in CODE_POINTS if lower(chr(c)) != chr(c) and len(lower(chr(c))) == 1]
    result = []
    for c, to in pairs:
        if result:
            first, last, step, difference = result[-1]
            if to - c == difference and (c - last == step or first == last and c - last in (1, 2)):
                result[-1] = (first, c, c - last, difference)
                continue
        result.append((c, c, 1, to - c))
    return result


def write_array(out, declaration, items):
    out.append("const " + declaration + "[] = {")
    line = "   "
    for item in items:
        if len(line) + len(item) + 2 > 118:
            out.append(line)
            line = "   "
        line += " " + item + ","
    out.extend([line, "};"])


def main():
    clean, chinese = bert(clean_text=True), bert(handle_chinese_chars=True)
    strip, lower = bert(strip_accents=True), bert(lowercase=True)
    strip_marks = normalizers.StripAccents().normalize_str
    canonical, compatible = normalizers.NFD().normalize_str, normalizers.NFKD().normalize_str

    expanding = [c for c in CODE_POINTS if len(lower(chr(c))) != 1]
    assert expanding == [0x130] and lower("\u0130") == "i\u0307", expanding  # written out in unicode.cpp
    classes = combining_classes(canonical)
    properties = {
        c: (flags_of(c, clean, chinese, strip, strip_marks, canonical, compatible, lower), classes.get(c, 0))
        for c in CODE_POINTS
    }

    pool, decompositions = [], {CANONICAL: [], COMPATIBILITY: []}
    for flag, decompose in ((CANONICAL, canonical), (COMPATIBILITY, compatible)):
        for c in CODE_POINTS:
            text = decompose(chr(c))
            if text == chr(c) or c in HANGUL or (flag == COMPATIBILITY and text == canonical(chr(c))):
                continue
            decompositions[flag].append((c, len(pool), len(text)))
            pool.extend(map(ord, text))
    assert len(pool) < 0x10000

    out = [
        f"// Made by make_unicode_tables.py from tokenizers {tokenizers.__version__}: change the script, not this file.",
        "// clang-format off",
        "#include <reprtune/text/unicode_tables.h>",
        "",
        "namespace reprtune {",
        "namespace {",
        "",
    ]
    write_array(out, "CodePointRange kRanges", [f"{{{c:#x},{{{f},{k}}}}}" for c, (f, k) in ranges(properties)])
    write_array(out, "LowerCaseRange kLowerCase", [f"{{{a:#x},{b:#x},{s},{d}}}" for a, b, s, d in lower_ranges(lower)])
    for name, flag in (("kCanonical", CANONICAL), ("kCompatibility", COMPATIBILITY)):
        write_array(out, f"Decomposition {name}", [f"{{{c:#x},{o},{n}}}" for c, o, n in decompositions[flag]])
    write_array(out, "char32_t kPool", [f"{c:#x}" for c in pool])
    out += [
        "",
        "}  // namespace",
        "",
        "constinit const UnicodeTables kUnicodeTables = {kRanges, kLowerCase, kCanonical, kCompatibility, kPool};",
        "",
        "}  // namespace reprtune",
        "",
    ]
    pathlib.Path(__file__).with_name("unicode_tables.cpp").write_text("\n".join(out))


if __name__ == "__main__":
    main()
