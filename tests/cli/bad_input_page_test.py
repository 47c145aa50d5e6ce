"""docs/bad-input.md is what the program says."""

import os
import unittest

from bad_input_page import Page
from program import TESTS


class BadInputPageTest(Page):
    def runTest(self):
        with open(os.path.join(os.path.dirname(TESTS), "docs", "bad-input.md")) as file:
            written = file.read()
        self.maxDiff = None
        self.assertEqual(self.render(), written, "run tests/cli/bad_input_page.py again if the new words are better")


del Page

if __name__ == "__main__":
    unittest.main()
