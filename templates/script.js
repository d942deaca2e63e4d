(function () {
  "use strict";
  var list = function (found) { return Array.prototype.slice.call(found); };
  var unfolded = [];
  window.addEventListener("beforeprint", function () {
    unfolded = list(document.querySelectorAll("details:not([open])"));
    unfolded.forEach(function (box) { box.open = true; });
  });
  window.addEventListener("afterprint", function () {
    unfolded.forEach(function (box) { box.open = false; });
    unfolded = [];
  });
  function reachable() {
    list(document.querySelectorAll(".wide, figure")).forEach(function (box) {
      var caption = box.querySelector("caption");
      if (box.scrollWidth <= box.clientWidth || box.tabIndex === 0) { return; }
      box.tabIndex = 0;
      if (caption && box.tagName === "DIV") {
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", caption.textContent);
      }
    });
  }
  window.addEventListener("resize", reachable);
  document.addEventListener("toggle", reachable, true);
  reachable();
  var form = document.getElementById("filters");
  if (!form) { return; }
  var items = list(document.querySelectorAll("[data-item]"));
  var groups = list(document.querySelectorAll("[data-group]"));
  var folds = groups.filter(function (group) { return group.tagName === "DETAILS"; });
  var count = form.querySelector("output");
  var controls = list(form.elements).filter(function (control) { return control.name; });
  var choices = controls.filter(function (control) { return control.name !== "search"; });
  var FEW = 12;
  var words = null;
  var opened = [];
  function text(node) { return node ? node.textContent.toLowerCase().replace(/\s+/g, " ") : ""; }
  function read() {
    words = items.map(function (item) {
      var fold = item.closest("details[data-group]");
      return text(item) + " " + text(fold && fold.querySelector("summary"));
    });
  }
  function has(item, control) {
    return !control.value || (" " + (item.dataset[control.name] || "") + " ").indexOf(" " + control.value + " ") >= 0;
  }
  function asked() {
    var control = form.elements.search;
    return control ? control.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
  }
  function apply() {
    var search = asked(), shown = 0;
    if (search.length && !words) { read(); }
    items.forEach(function (item, index) {
      var fits = search.every(function (word) { return words[index].indexOf(word) >= 0; })
        && choices.every(function (control) { return has(item, control); });
      item.hidden = !fits;
      if (fits) { shown += 1; }
    });
    groups.forEach(function (group) { group.hidden = !group.querySelector("[data-item]:not([hidden])"); });
    var active = controls.some(function (control) { return control.value; });
    form.classList.toggle("active", active);
    unfold(active);
    var all = items.length + " " + form.dataset.noun + " shown";
    count.textContent = active ? shown + " of " + all + " (" + said().join("; ") + ")" : "All " + all;
  }
  function said() {
    return controls.filter(function (control) { return control.value; }).map(function (control) {
      var chosen = control.selectedOptions ? control.selectedOptions[0].textContent.replace(/ \(\d+\)$/, "") : control.value;
      return control.closest("label").firstChild.textContent.trim() + ": " + chosen;
    });
  }
  function unfold(active) {
    opened.forEach(function (fold) { fold.open = false; });
    var few = active ? folds.filter(function (fold) { return !fold.hidden; }) : [];
    opened = few.length <= FEW ? few.filter(function (fold) { return !fold.open; }) : [];
    opened.forEach(function (fold) { fold.open = true; });
  }
  function asked_for() {
    var query = new URLSearchParams();
    controls.forEach(function (control) { if (control.value) { query.set(control.name, control.value); } });
    return query;
  }
  function address(hash, push) {
    if (hash === location.hash || (!hash && !location.hash)) { return; }
    try { history[push ? "pushState" : "replaceState"](null, "", hash || location.pathname + location.search); }
    catch (refused) { location.hash = hash; }
  }
  function remember(push) {
    var query = asked_for().toString();
    address(query ? "#?" + query : "", push);
  }
  function put(query) {
    controls.forEach(function (control) {
      control.value = query.get(control.name) || "";
      if (control.selectedIndex === -1) { control.value = ""; }
    });
    apply();
  }
  function show(id) {
    var target = id && document.getElementById(id);
    if (!target) { return; }
    if (target.closest("[hidden]")) { form.reset(); apply(); }
    for (var box = target.closest("details"); box; box = box.parentElement.closest("details")) {
      box.open = true;
      opened = opened.filter(function (fold) { return fold !== box; });
    }
    target.scrollIntoView();
  }
  function decoded(word) {
    try { return decodeURIComponent(word); } catch (wrong) { return word; }
  }
  function follow() {
    if (location.hash.slice(0, 2) !== "#?") { show(decoded(location.hash.slice(1))); return; }
    var query = new URLSearchParams(location.hash.slice(2));
    put(query);
    if (query.get("at")) { show(query.get("at")); } else { form.scrollIntoView(); }
  }
  function keep(item) {
    var query = asked_for();
    if (!query.toString()) { address("#" + item.id, false); return; }
    query.set("at", item.id);
    address("#?" + query, false);
  }
  form.hidden = false;
  list(form.querySelectorAll("[hidden]")).forEach(function (button) { button.hidden = false; });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", function () { apply(); remember(false); });
  form.addEventListener("reset", function () { setTimeout(function () { apply(); remember(false); }, 0); });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-view]");
    var button = event.target.closest("button[data-do]");
    var item = event.target.closest("[data-item][id]");
    if (link) {
      event.preventDefault();
      put(new URLSearchParams(link.dataset.view));
      remember(true);
      form.scrollIntoView();
      count.focus({ preventScroll: true });
    } else if (button && button.dataset.do === "print") {
      window.print();
    } else if (button) {
      folds.forEach(function (fold) { if (!fold.hidden) { fold.open = button.dataset.do === "open"; } });
      opened = [];
    } else if (item && event.target.closest("a:not([href^='#'])")) {
      keep(item);
    }
  });
  window.addEventListener("hashchange", follow);
  window.addEventListener("popstate", follow);
  apply();
  if (location.hash.length > 1) { follow(); }
}());
