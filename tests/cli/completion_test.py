import re
import shutil
import subprocess
import unittest

from program import PROGRAM, ProgramTest

SHELLS = ["bash", "zsh", "fish"]


def help_options(test, *command):
    """Every --option that the help of a command names at the beginning of a line."""
    names = re.findall(r"(?m)^  (-[^ {]+)", test.good(*command, "--help").out)
    return {option for name in names for option in name.split(",") if option.startswith("--")}


class CompletionTest(ProgramTest):
    def commands(self):
        names = re.findall(r"(?m)^  ([a-z]+) ", self.good("--help").out.split("Subcommands:")[1])
        return [(name,) for name in names] + [("models", "list"), ("models", "pull"), ("models", "info")]

    def script(self, shell):
        return self.good("completion", shell).out

    def test_every_option_is_in_every_script(self):
        scripts = {shell: self.script(shell) for shell in SHELLS}
        commands = self.commands()
        self.assertIn(("finetune",), commands)
        for command in commands:
            options = help_options(self, *command)
            self.assertIn("--help", options)
            branch = re.search(rf"(?m)^    '{' '.join(command)}'\) .*--help.*$", scripts["bash"]).group()
            function = scripts["zsh"].split(f"\n_reprtune_{'_'.join(command)}() {{")[1].split("\n}\n")[0]
            seen = "; and ".join("__fish_seen_subcommand_from " + name for name in command)
            fish = "\n".join(line for line in scripts["fish"].splitlines() if f"-n '{seen}'" in line)
            for option in options:
                self.assertRegex(branch, rf"{option}[ \"]", command)
                self.assertRegex(function, rf"{option}['}},]", command)
                self.assertRegex(fish, rf"-l {option[2:]} ", command)

    def complete(self, *words):
        """What bash offers for the last of these words."""
        self.write("complete.bash", self.script("bash") + """
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_reprtune
printf '%s\\n' "${COMPREPLY[@]}"
""")
        done = subprocess.run(["bash", "--norc", "complete.bash", "reprtune", *words], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash_completes(self):
        self.write("train.csv", "")
        self.assertEqual(self.complete("fin"), ["finetune"])
        self.assertEqual(self.complete("models", ""), ["list", "pull", "info"])
        self.assertEqual(self.complete("models", "info", "--he"), ["--help"])
        self.assertEqual(self.complete("completion", "z"), ["zsh"])
        self.assertEqual(self.complete("finetune", "--epo"), ["--epochs"])
        self.assertEqual(self.complete("classify", "model", "--format", "c"), ["csv", "cohere"])
        self.assertEqual(self.complete("classify", "model", "--format", "=", "js"), ["jsonl"])
        self.assertEqual(self.complete("classify", "model", "--format", "="), ["csv", "jsonl", "cohere", "tei", "fasttext"])
        self.assertEqual(self.complete("finetune", "tra"), ["train.csv"])
        self.assertEqual(self.complete("finetune", "train.csv", "--output", "tra"), ["train.csv"])

    def test_other_shells_read_their_scripts(self):
        for shell, arguments in [("zsh", ["-n"]), ("fish", ["--no-execute"])]:
            with self.subTest(shell=shell):
                if shutil.which(shell) is None:
                    self.skipTest(shell + " is not here")
                self.write("script", self.script(shell))
                done = subprocess.run([shell, *arguments, "script"], cwd=self.folder, capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_fish_completes(self):
        if shutil.which("fish") is None:
            self.skipTest("fish is not here")
        self.write("reprtune.fish", self.script("fish"))
        def offered(line):
            command = f"source reprtune.fish; complete -C '{line}'"
            done = subprocess.run(["fish", "--no-config", "-c", command], cwd=self.folder, capture_output=True, text=True,
                                  env={"HOME": self.folder, "PATH": "/usr/bin:/bin"})
            return [line.split("\t")[0] for line in done.stdout.splitlines()]
        self.assertEqual(offered("reprtune fin"), ["finetune"])
        self.assertEqual(offered("reprtune classify --form"), ["--format"])
        self.assertIn("jsonl", offered("reprtune classify --format "))

    def test_a_shell_is_needed(self):
        self.assert_refused(self.run_program("completion"), 2, "SHELL")
        self.assert_refused(self.run_program("completion", "tcsh"), 2, "tcsh")


class ManualTest(ProgramTest):
    def text(self, page):
        """The page as a reader sees it, on one line."""
        self.write("page.1", page)
        done = subprocess.run(["man", "-l", "--warnings", "page.1"], cwd=self.folder, capture_output=True, text=True,
                              env={"MANWIDTH": "100", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.stderr, "")
        return " ".join(re.sub(".\x08", "", done.stdout).replace("\u2010", "-").split())

    def test_pages_name_every_option(self):
        for command in re.findall(r"(?m)^  ([a-z]+) ", self.good("--help").out.split("Subcommands:")[1]):
            page = self.good("manual", command).out
            plain = page.replace("\\-", "-")
            self.assertIn(f".TH REPRTUNE-{command.upper()} 1", plain)
            for option in help_options(self, command):
                self.assertIn(f"\\fB{option}\\fR", plain, command)

    def test_man_reads_them(self):
        if shutil.which("man") is None or shutil.which("groff") is None:
            self.skipTest("man is not here")
        text = self.text(self.good("manual", "finetune").out)
        self.assertIn("reprtune finetune TRAIN [OPTIONS]", text)
        self.assertRegex(text, r"--label-smoothing FLOAT .* Default: ")
        self.assertIn("reprtune-finetune(1)", self.text(self.good("manual").out))
        self.assertIn("reprtune models info NAME", self.text(self.good("manual", "models").out))

    def test_all_pages_go_to_a_folder(self):
        self.good("manual", "-o", "man1")
        self.assertIn(b"REPRTUNE", self.read("man1/reprtune.1"))
        self.assertIn(b"CLASSIFY", self.read("man1/reprtune-classify.1"))

    def test_refusals(self):
        self.assert_refused(self.run_program("manual", "clasify"), 2, "'clasify'; did you mean 'classify'?")


if __name__ == "__main__":
    unittest.main()
