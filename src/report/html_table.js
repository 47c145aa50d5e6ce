// On a narrow screen the style takes rows and cells apart, and browsers then forget that they are a table: say so again.
(function () {
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };
  document.querySelectorAll("table.stack").forEach((table) => {
    table.setAttribute("role", "table");
    table.querySelectorAll("thead,tbody,tfoot,tr,td").forEach((part) => part.setAttribute("role", roles[part.localName]));
    table.querySelectorAll("th").forEach((head) =>
      head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader")
    );
  });
})();
