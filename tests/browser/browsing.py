"""A headless chromium for tests, by way of its driver."""

import base64
import os
import shutil
import sys
import tempfile
import time

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service

PATIENCE = 60  # seconds, on a machine that does other things too

class Browser:
    """With a folder of its own; `pictures`, where it is set, gets a picture of every page that is shown()."""

    def __init__(self, width=1400, height=1000, dark=False, pictures=None):
        chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
        if chromium is None or driver is None:
            print("no chromium or no chromedriver: tools/browser installs both", file=sys.stderr)
            sys.exit(77)
        self.home = tempfile.mkdtemp(prefix="reprtune-browser-")
        self.pictures = pictures
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                         f"--window-size={width},{height}", f"--user-data-dir={self.home}", "--no-first-run", "--disable-background-networking"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        try:
            self.driver = webdriver.Chrome(options=options, service=Service(driver))
        except WebDriverException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        self.driver.set_page_load_timeout(PATIENCE)
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        if dark:
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})

    def close(self):
        self.driver.quit()
        shutil.rmtree(self.home, ignore_errors=True)

    def find(self, selector, text=None):
        """The first element that is shown, with this text in it; None when there is none."""
        for element in self.driver.find_elements("css selector", selector):
            try:
                if element.is_displayed() and (text is None or text in element.text):
                    return element
            except StaleElementReferenceException:
                pass
        return None

    def wait(self, selector, text=None, patience=PATIENCE):
        end = time.monotonic() + patience
        while (element := self.find(selector, text)) is None:
            if time.monotonic() > end:
                raise AssertionError(f"no {selector} with '{text}' at {self.driver.current_url}:\n" + self.driver.find_element("css selector", "body").text)
            time.sleep(0.05)
        return element

    def click(self, selector, text=None):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.wait(selector, text).click()
                return
            except WebDriverException:  # it moved, or is being replaced
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def drop(self, selector, file):
        """Drops a file as a hand with a mouse would."""
        with open(file, encoding="utf-8") as stream:
            content = stream.read()
        self.run("""const data = new DataTransfer();
            data.items.add(new File([arguments[2]], arguments[1], { type: "text/csv" }));
            for (const name of ["dragenter", "dragover", "drop"])
              arguments[0].dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));""",
                 self.wait(selector), os.path.basename(file), content)

    def problems(self):
        """What the browser's console says of errors, such as a script that the policy of the page forbids."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def overflow(self):
        """Pixels by which the page is wider than the window."""
        return self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def show(self, name):
        """Keeps a picture of the whole page."""
        if self.pictures is None:
            return
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 4000), "scale": 1}
        picture = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})

        with open(os.path.join(self.pictures, name + ".png"), "wb") as file:
            file.write(base64.b64decode(picture["data"]))
