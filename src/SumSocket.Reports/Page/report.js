// Shows what the chart says where the pointer is, and where that is in the charts beside it. Without it, the titles of the places do.
// No "less than" and no "and" signs in here: the page is well-formed XML, too.
(() => {
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  tip.setAttribute("role", "status");
  document.body.append(tip);

  const charts = [...document.querySelectorAll("svg.picture")].map(picture => {
    const hits = [...picture.querySelectorAll(".hits rect")];
    const texts = hits.map(hit => {
      const title = hit.querySelector("title");
      title.remove(); // or the browser's own tip would cover ours
      return title.textContent;
    });
    const cursor = document.createElementNS(picture.namespaceURI, "line");
    cursor.setAttribute("class", "cursor");
    cursor.setAttribute("y2", "100%");
    picture.append(cursor);
    return { picture, hits, texts, cursor, at: -1 };
  });

  const hide = () => {
    tip.hidden = true;
    charts.forEach(chart => chart.cursor.classList.remove("on"));
  };

  const show = (chart, at) => {
    const hit = chart.hits[at];
    if (!hit) return;
    for (const other of charts) {
      const place = other.picture.dataset.group === chart.picture.dataset.group ? other.hits[at] : null;
      other.cursor.classList.toggle("on", place ? !place.hasAttribute("y") : false); // a row is not a place in time
      if (!place) continue;
      other.at = at;
      const middle = parseFloat(place.getAttribute("x")) + parseFloat(place.getAttribute("width")) / 2;
      other.cursor.setAttribute("x1", middle + "%");
      other.cursor.setAttribute("x2", middle + "%");
    }
    tip.textContent = chart.texts[at];
    tip.hidden = false;
    const box = hit.getBoundingClientRect();
    const middle = box.left + box.width / 2;
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const left = middle > document.documentElement.clientWidth / 2 ? middle - tip.offsetWidth - 14 : middle + 14;
    const isRow = hit.hasAttribute("y");
    tip.style.left = Math.max(8, Math.min(isRow ? box.left : left, room)) + window.scrollX + "px";
    tip.style.top = (isRow ? box.bottom : box.top) + window.scrollY + 8 + "px";
  };

  for (const chart of charts) {
    chart.hits.forEach((hit, at) => hit.addEventListener("pointerenter", () => show(chart, at)));
    chart.picture.addEventListener("pointerleave", hide);
    if (chart.hits.length === 0) continue;
    chart.picture.setAttribute("tabindex", "0");
    chart.picture.addEventListener("blur", hide);
    chart.picture.addEventListener("keydown", event => {
      const last = chart.hits.length - 1;
      const to = { ArrowRight: chart.at + 1, ArrowLeft: chart.at - 1, Home: 0, End: last }[event.key];
      if (event.key === "Escape") hide();
      if (to === undefined) return;
      event.preventDefault();
      show(chart, Math.max(0, Math.min(to, last)));
    });
  }

  document.documentElement.dataset.ready = "true";
})();
