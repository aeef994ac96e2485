// Searches and filters what has a data-verdict and a data-area, and unfolds what a link leads to.
// The page says everything without it.
(function () {
  "use strict";

  function unfold() {
    const id = decodeURIComponent(location.hash.slice(1));
    let place = id && document.getElementById(id);
    for (; place; place = place.parentElement) {
      if (place.tagName === "DETAILS") place.open = true;
    }
  }
  addEventListener("hashchange", unfold);
  unfold();

  const box = document.querySelector(".search");
  const items = Array.from(document.querySelectorAll("[data-verdict]"));
  if (!box || items.length === 0) return;
  const word = box.querySelector("input");
  const choices = Array.from(box.querySelectorAll("select"));
  const said = box.querySelector("output");
  const folds = Array.from(document.querySelectorAll("details.area")).filter(
    (fold) => fold.querySelector("[data-verdict]"));
  let texts = null; // of the items, read when somebody begins to type
  let before = null; // which folds were open before that

  for (const choice of choices) {
    const seen = new Set();
    for (const item of items) {
      for (const value of item.dataset[choice.dataset.by].split(" ")) seen.add(value);
    }
    seen.delete("");
    for (const value of Array.from(seen).sort()) choice.add(new Option(value, value));
  }

  function filter() {
    const words = word.value.toLowerCase().split(/\s+/).filter(Boolean);
    const active = words.length > 0 || choices.some((choice) => choice.value);
    texts = texts || items.map((item) => item.textContent.toLowerCase());
    before = before || folds.map((fold) => fold.open);
    let shown = 0;
    items.forEach((item, at) => {
      const fits = words.every((one) => texts[at].includes(one)) && choices.every(
        (choice) => !choice.value || item.dataset[choice.dataset.by].split(" ").includes(choice.value));
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    folds.forEach((fold, at) => {
      const hit = fold.querySelector("[data-verdict]:not([hidden])") !== null;
      fold.hidden = !hit;
      fold.open = active ? hit : before[at];
    });
    if (!active) before = null;
    said.textContent = active ? shown + " of " + items.length : "";
  }
  word.addEventListener("input", filter);
  for (const choice of choices) choice.addEventListener("change", filter);
  box.hidden = false;
})();
