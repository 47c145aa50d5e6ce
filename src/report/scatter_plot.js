// Shows the row under the pointer, or chosen by the arrow keys, in both scatter plots; switches between views, colours
// and classes. Texts go in as textContent only.
(function () {
  const store = document.getElementById("scatter-data");
  if (!store) return;
  const { rows, places } = JSON.parse(store.textContent);
  const frame = document.getElementById("scatter"), controls = document.getElementById("scatter-controls");
  const tip = document.getElementById("scatter-tip");
  const plots = Array.from(document.querySelectorAll("svg.scatter"));
  const marks = plots.map((plot) => Array.from(plot.querySelectorAll(".pt")));
  let view = "pca", current = -1;

  const isWrong = (row) => row[1] !== row[2];
  const translate = (i, side) => "translate(" + places[view][i].slice(2 * side, 2 * side + 2).join(" ") + ")";

  function part(name, text) {
    const span = document.createElement("span"), value = document.createElement("bdi");
    value.textContent = text;
    span.append(name, value);
    return span;
  }

  function moveRings() {
    plots.forEach((plot, side) => {
      const ring = plot.querySelector(".ring");
      if (current >= 0) ring.setAttribute("transform", translate(current, side));
      ring.setAttribute("visibility", current >= 0 ? "visible" : "hidden");
    });
  }

  function show(i) {
    current = i;
    moveRings();
    const [text, label, predicted] = rows[i];
    tip.replaceChildren(part("", text), document.createElement("br"), part("true: ", label),
      part(" \u00b7 predicted: ", predicted), isWrong(rows[i]) ? " (wrong)" : "");
    tip.hidden = false;
  }

  const isShown = (i) => !controls.elements.shown.value || rows[i][1] === controls.elements.shown.value;

  // The next row that way for which `wanted` holds.
  function step(by, wanted) {
    for (let k = 1, i = current; k <= rows.length; ++k) {
      i = (i + by + rows.length + (i < 0 && by < 0 ? 1 : 0)) % rows.length;
      if (isShown(i) && wanted(rows[i])) return show(i);
    }
  }

  const keys = {
    ArrowRight: () => step(1, () => true),
    ArrowLeft: () => step(-1, () => true),
    ArrowDown: () => step(1, isWrong),
    ArrowUp: () => step(-1, isWrong),
  };

  plots.forEach((plot, side) => {
    function point(event) {
      const box = plot.getBoundingClientRect(), scale = plot.viewBox.baseVal.width / box.width;
      const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
      let best = -1, near = 400;
      places[view].forEach((place, i) => {
        const far = (place[2 * side] - x) ** 2 + (place[2 * side + 1] - y) ** 2;
        if (far < near && isShown(i)) [near, best] = [far, i];
      });
      if (best >= 0 && best !== current) show(best);
    }
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerdown", point);
    plot.addEventListener("keydown", (event) => {
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
  });

  function update() {
    view = controls.elements.view ? controls.elements.view.value : "pca";
    frame.classList.toggle("by-answer", controls.elements.colour.value === "answer");
    marks.forEach((list, side) =>
      list.forEach((mark, i) => {
        mark.setAttribute("transform", translate(i, side));
        mark.classList.toggle("faded", !isShown(i));
      })
    );
    document.querySelectorAll("[data-view]").forEach((note) => (note.hidden = note.dataset.view !== view));
    if (current >= 0 && !isShown(current)) current = -1;
    tip.hidden = current < 0;
    moveRings();
  }

  controls.addEventListener("change", update);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.hidden = false;
  update(); // browsers keep the choices of a form when a page is loaded again
})();
