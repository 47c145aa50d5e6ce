"""Killed with SIGKILL at 50 random moments, a run always resumes and ends in the same bytes."""

import shutil
import unittest

from resuming import ResumingTest


class ResumeAlwaysTest(ResumingTest):
    def kill(self, times, longest, *arguments):
        kills = 0
        while kills < times:
            kills += self.kill_until_done(5, longest, *arguments)
            self.assert_same_as_whole()
            shutil.rmtree(self.path("out"))

    def test_at_fifty_moments(self):
        self.kill(25, 0.9)
        self.kill(25, 1.2, "--checkpoint-minutes", "1e-9")  # a checkpoint before every step

    def test_while_a_model_is_replaced(self):
        kills = 0
        while kills < 10:
            shutil.copytree(self.path("whole"), self.path("out"))
            self.write("out/earlier", "")
            kills += self.killed(self.random.uniform(0.3, 1.2), "--overwrite")
            kills += self.kill_until_done(5, 1.2)
            if "earlier" not in self.files("out"):  # else it was killed before it began
                self.assert_same_as_whole()
            shutil.rmtree(self.path("out"))


if __name__ == "__main__":
    unittest.main()
