(function () {
  "use strict";
  var form = document.getElementById("filters");
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (box) { box.open = true; });
  });
  if (!form) { return; }
  var items = Array.prototype.slice.call(document.querySelectorAll("[data-item]"));
  var groups = Array.prototype.slice.call(document.querySelectorAll("[data-group]"));
  var words = items.map(function (item) { return item.textContent.toLowerCase().replace(/\s+/g, " "); });
  var count = form.querySelector("output");
  var has = function (list, wanted) { return (" " + (list || "") + " ").indexOf(" " + wanted + " ") >= 0; };
  var value = function (name) { return form.elements[name] ? form.elements[name].value : ""; };
  function apply() {
    var asked = value("search").toLowerCase().split(/\s+/).filter(Boolean);
    var family = value("family"), owner = value("owner"), state = value("state"), shown = 0;
    items.forEach(function (item, index) {
      var fits = asked.every(function (word) { return words[index].indexOf(word) >= 0; })
        && (!family || item.dataset.family === family)
        && (!owner || has(item.dataset.owner, owner))
        && (!state || has(item.dataset.state, state));
      item.hidden = !fits;
      if (fits) { shown += 1; }
    });
    groups.forEach(function (group) { group.hidden = !group.querySelector("[data-item]:not([hidden])"); });
    var active = asked.length > 0 || family || owner || state;
    form.classList.toggle("active", Boolean(active));
    count.textContent = active
      ? shown + " of " + items.length + " " + form.dataset.noun + " shown"
      : "All " + items.length + " " + form.dataset.noun + " shown";
  }
  function reveal() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) { form.reset(); apply(); target.scrollIntoView(); }
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", apply);
  form.addEventListener("change", apply);
  form.addEventListener("reset", function () { setTimeout(apply, 0); });
  window.addEventListener("hashchange", reveal);
  apply();
}());
