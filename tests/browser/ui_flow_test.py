"""The way through `reprtune ui` as a person goes it, from dropping a CSV to a classified text."""

import os
import unittest

from browsing import Browser
from program import training_csv
from ui_test import UiTest

PICTURES = os.environ.get("REPRTUNE_PICTURES")  # a folder for pictures of all pages


class FlowTest(UiTest):
    def browser(self, ui, **options):
        browser = Browser(pictures=PICTURES, **options)
        self.addCleanup(browser.close)
        browser.driver.get(f"http://127.0.0.1:{ui.port}/ui/?token={ui.token}")
        return browser

    def test_from_a_dropped_csv_to_a_classified_text(self):
        ui = self.ui()
        browser = self.browser(ui)
        self.assertEqual(browser.run("return document.cookie"), "")
        browser.wait(".drop-title", "Drop a file")
        self.assertNotIn("token", browser.driver.current_url)
        browser.show("1-home")

        outside = os.path.join(self.home, "messages.csv")
        with open(outside, "w", encoding="utf-8") as file:
            file.write(training_csv())
        browser.drop(".drop", outside)
        browser.wait(".preview th.label", "label")
        browser.wait(".tiles dd", "24")
        browser.wait(".classes th", "delivery")
        browser.show("2-data")
        self.assertEqual(self.read("messages.csv").decode(), training_csv())

        browser.click(".bottom .button.primary", "Model and settings")
        browser.click("label.base", "tiny")
        epochs = browser.wait("input[data-setting=epochs]")
        epochs.send_keys("3\t")
        browser.wait(".estimate", "about")
        browser.show("3-settings")

        browser.click(".bottom .button.primary", "Review")
        browser.wait(".command code", "reprtune finetune messages.csv -o messages-model --base=tiny --epochs=3")
        browser.wait(".facts dd", "on this machine")
        browser.show("4-review")
        browser.click("button.primary:enabled", "Start training")
        browser.wait("h1 .badge.done", "done")
        browser.wait(".charts polyline")
        browser.wait(".tiles dd", "%")
        browser.show("5-run")

        browser.click(".actions .button", "Report")
        frame = browser.wait("iframe.report")
        browser.driver.switch_to.frame(frame)
        browser.wait("h2", "Results")
        browser.driver.switch_to.default_content()
        browser.show("6-report")
        browser.click(".actions .button", "Back to the run")

        browser.click(".actions .button.primary", "Try it")
        browser.driver.switch_to.window(browser.driver.window_handles[-1])
        browser.wait("textarea").send_keys("the parcel was late 1")
        browser.click("button.primary")
        browser.wait(".verdict strong")
        browser.show("7-playground")

        browser.driver.switch_to.window(browser.driver.window_handles[0])
        browser.driver.get(f"http://127.0.0.1:{ui.port}/ui/#/new/data/messages.csv")
        browser.wait(".tiles dd", "24")
        browser.click(".bottom .button.primary", "Model and settings")
        browser.wait("input[data-setting=epochs]")
        self.assertEqual(browser.find(".fields input").get_attribute("value"), "messages-model-2")
        self.assertEqual(browser.problems(), [])

    def test_compares_runs_stops_and_goes_on(self):
        self.write("train.csv", training_csv())
        ui = self.ui()
        for name, settings in [("one", {}), ("two", {"seed": "7"})]:
            ui.ask("start", **self.form(name, **settings))
            ui.wait_for(name, "done")
        ui.ask("start", **self.form("long", epochs=4000))
        browser = self.browser(ui)
        browser.wait(".run-name", "long")
        browser.wait(".badge.running", "training")
        browser.show("8-runs")
        browser.click("a.run", "long")
        browser.wait(".progress-text", "step")
        browser.wait(".charts polyline")
        browser.show("9-training")
        browser.click(".actions button", "Stop")
        browser.wait(".note", "It was stopped")
        browser.show("10-stopped")
        browser.click(".actions button", "Go on")
        browser.wait("h1 .badge.running")
        browser.click(".actions button", "Stop")
        browser.wait(".note", "It was stopped")
        browser.driver.get(f"http://127.0.0.1:{ui.port}/ui/#/compare/one,two")
        browser.wait(".compare th", "Accuracy")
        browser.wait(".compare th", "seed")
        browser.wait(".charts polyline.line1")
        browser.show("11-compare")
        self.assertEqual(browser.problems(), [])

    def test_reads_a_file_as_it_is_told(self):
        self.write("odd.csv", "topic;message\n" + "".join(f"{label};{text}\n" for text, label in (line.rsplit(",", 1) for line in training_csv().splitlines()[1:])))
        ui = self.ui()
        browser = self.browser(ui, width=390, height=844)
        browser.click(".files a", "odd.csv")
        browser.wait(".note.bad")
        browser.click("select option[value=';']")
        browser.wait(".preview .label", "topic")
        browser.wait(".tiles dd", "24")
        self.assertLessEqual(browser.overflow(), 0)
        browser.click(".bottom .button.primary", "Model and settings")
        browser.wait("label.base", "tiny")
        self.assertLessEqual(browser.overflow(), 0)
        self.assertEqual(browser.problems(), [])


if __name__ == "__main__":
    unittest.main()
