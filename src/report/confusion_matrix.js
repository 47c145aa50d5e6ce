// Shows the rows behind a cell of the confusion matrix when it is chosen. In the table the arrow keys go from cell to
// cell, so that it takes one stop of the tab key. Texts go in as textContent only.
(function () {
  const store = document.getElementById("confusion-data");
  if (!store) return;
  const data = JSON.parse(store.textContent), panel = document.getElementById("confusion-rows");

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function heading(truth, predicted, found) {
    const line = element("p", "");
    line.append(element("bdi", data.labels[truth]), truth === predicted ? " predicted right: " : " predicted as ");
    if (truth !== predicted) line.append(element("bdi", data.labels[predicted]), ": ");
    const count = found.rows + (found.rows === 1 ? " row" : " rows");
    line.append(count, found.rows > found.first.length ? ", of which the model is surest of these:" : "");
    return line;
  }

  function show(cell) {
    const found = data.cells[cell.dataset.cell];
    if (!found) return;
    const [truth, predicted] = cell.dataset.cell.split("-").map(Number);
    const list = document.createElement("ul");
    for (const [line, text, probability] of found.first) {
      const item = document.createElement("li");
      item.append(element("bdi", text), " ", element("small", "line " + line + ", probability " + probability));
      list.append(item);
    }
    panel.replaceChildren(heading(truth, predicted, found), list);
    panel.hidden = false;
    document.querySelectorAll("[data-cell].chosen").forEach((other) => other.classList.remove("chosen"));
    cell.classList.add("chosen");
  }

  document.querySelectorAll("[data-cell]").forEach((cell) => cell.addEventListener("click", () => show(cell)));

  const buttons = Array.from(document.querySelectorAll(".confusion [data-cell]"));
  const placeOf = (button) => button.dataset.cell.split("-").map(Number);
  buttons.forEach((button, i) => (button.tabIndex = i === 0 ? 0 : -1));

  // The nearest cell with rows that way in the same row or column.
  function neighbour(from, axis, step) {
    const here = placeOf(from);
    let best = null;
    for (const button of buttons) {
      const there = placeOf(button), far = (there[axis] - here[axis]) * step;
      if (there[1 - axis] === here[1 - axis] && far > 0 && (!best || far < best.far)) best = { button, far };
    }
    return best && best.button;
  }

  const moves = { ArrowRight: [1, 1], ArrowLeft: [1, -1], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  buttons.forEach((button) =>
    button.addEventListener("keydown", (event) => {
      const next = moves[event.key] && neighbour(button, ...moves[event.key]);
      if (!next) return;
      event.preventDefault();
      button.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    })
  );
})();
