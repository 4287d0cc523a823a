/* RareCare: what HTML alone cannot do on a page. Listens on the document once; nothing is bound to what Streamlit redraws. */
(function () {
  "use strict";
  if (window.rarecarePage) return;
  window.rarecarePage = true;
  document.documentElement.lang = "fr";

  /* Streamlit would look for its server below the page's own address, then for its settings, before it connects: this
     script knows where it comes from. The values are those that the server gives (/_stcore/host-config). */
  var here = document.currentScript && document.currentScript.src, cut = here ? here.indexOf("/app/static/") : -1;
  if (cut > 0) {
    window.__streamlit = {
      BACKEND_BASE_URL: here.slice(0, cut),
      HOST_CONFIG: {
        allowedOrigins: [location.origin], useExternalAuthToken: false, enableCustomParentMessages: false,
        blockErrorDialogs: false, enforceDownloadInNewTab: false, metricsUrl: ""
      }
    };
  }

  /* Streamlit adds a step to the history when a page writes its filters on arrival: without a gesture of the reader,
     that address takes the place of the bare one, so that one press of Back leaves the page. */
  var touched = false, push = history.pushState;
  ["pointerdown", "keydown", "rc-geste"].forEach(function (kind) {
    document.addEventListener(kind, function () { touched = true; }, true);
  });
  window.addEventListener("blur", function () { touched = true; });
  history.pushState = function (state, unused, url) {
    var next = new URL(url || location.href, location.href);
    if (next.pathname === location.pathname && !touched) return history.replaceState(state, unused, url);
    if (next.pathname !== location.pathname) touched = false;
    return push.apply(history, arguments);
  };

  /* Sort a table by a column, by what is written: 1 234,5 · 12 % · < 5 min · 1 h 05 · 16,5 millions · pas de route.
     First click from small to large, second the other way; unknown values stay last. */
  function size(text) {
    text = text.replace(/[\s\u00a0\u202f]/g, "").replace("−", "-").replace(",", ".");
    if (text === "pasderoute") return Infinity;
    if (text.indexOf("aucun") === 0) return 0;
    var below = text.charAt(0) === "<" || text.charAt(0) === "≤", above = text.charAt(0) === ">";
    var time = /^(-?\d+)h(\d+)?$/.exec(text), value = time ? 60 * time[1] + Number(time[2] || 0) : parseFloat(text.replace(/^[<>≤+]/, ""));
    if (isNaN(value)) return null;
    if (text.indexOf("million") > 0) value *= 1e6;
    return below ? value - 1e-6 : above ? value + 1e-6 : value;
  }
  function key(row, column, numeric) {
    var text = row.cells[column].textContent.trim();
    return numeric ? size(text) : text;
  }
  var order = new Intl.Collator("fr", { numeric: true, sensitivity: "base" });
  function sort(button) {
    var head = button.closest("th"), column = head.cellIndex, body = head.closest("table").tBodies[0];
    var down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1, numeric = head.dataset.tri === "nombre";
    var rows = Array.from(body.rows).map(function (row) { return [key(row, column, numeric), row]; });
    rows.sort(function (a, b) {
      if (a[0] === null || b[0] === null) return (a[0] === null) - (b[0] === null);
      return down * (numeric ? a[0] - b[0] : order.compare(a[0], b[0]));
    });
    rows.forEach(function (pair) { body.appendChild(pair[1]); });
    Array.from(head.parentNode.cells).forEach(function (cell) { cell.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
  }

  function plain(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }
  function filter(input) {
    var box = input.closest(".rc-tableau"), wanted = plain(input.value.trim()), found = 0;
    Array.from(box.querySelector("tbody").rows).forEach(function (row) {
      var shown = !wanted || plain(row.textContent).indexOf(wanted) >= 0;
      row.hidden = !shown;
      found += shown ? 1 : 0;
    });
    box.querySelector(".rc-trouves").textContent = wanted ? found + (found > 1 ? " lignes" : " ligne") : "";
  }

  function copy(button) {
    var label = button.textContent, field = document.createElement("textarea");
    function done() {
      button.textContent = button.dataset.rcFait;
      setTimeout(function () { button.textContent = label; }, 2000);
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(location.href).then(done);
      return;
    }
    field.value = location.href;
    document.body.appendChild(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
    done();
  }

  document.addEventListener("click", function (event) {
    var target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest(".rc-tri")) sort(target.closest(".rc-tri"));
    if (target.closest("[data-rc=copier]")) copy(target.closest("[data-rc=copier]"));
    if (target.closest(".rc-saut")) {
      event.preventDefault();
      var title = document.getElementById("contenu");
      if (title) { title.focus(); title.scrollIntoView(); }
    }
  });
  document.addEventListener("input", function (event) {
    if (event.target instanceof Element && event.target.matches(".rc-filtre")) filter(event.target);
  });

  /* Landmarks, and the few English names that Streamlit writes itself. */
  var FRENCH = {
    "Main menu": "Menu", "Close sidebar": "Fermer le menu", "Open sidebar": "Ouvrir le menu", "Expand sidebar": "Ouvrir le menu",
    "Collapse sidebar": "Fermer le menu", "App pages": "Pages", "Clear value": "Effacer", "Clear all": "Tout effacer",
    "Close": "Fermer", "open": "ouvrir", "No results": "Aucun résultat", "Press Enter to apply": "", "Open": "Ouvrir",
    "Show help": "Aide", "Loading": "Chargement", "Connecting": "Connexion", "Logo": "RareCare",
    "Navigate to home page": "Aller à l’accueil", "Sidebar": "Menu",
  };
  function name(element) {
    ["aria-label", "title", "alt"].forEach(function (attribute) {
      var value = element.getAttribute(attribute);
      if (value && Object.prototype.hasOwnProperty.call(FRENCH, value)) element.setAttribute(attribute, FRENCH[value]);
    });
  }
  function landmark(selector, role, label) {
    var element = document.querySelector(selector);
    if (element && element.getAttribute("role") !== role) {
      element.setAttribute("role", role);
      if (label) element.setAttribute("aria-label", label);
    }
  }
  /* The way to the content is the first stop of the Tab key: at the head of the body, before the menu of Streamlit. */
  function skip() {
    var link = document.querySelector(".stHtml > .rc-saut"), place = document.createElement("span");
    if (!link) return;
    place.className = "rc-saut-place";
    place.hidden = true;
    link.replaceWith(place);
    if (!document.querySelector("body > .rc-saut")) document.body.prepend(link);
  }
  /* The words of the widget that takes a file. */
  var DROP = [
    [/^Upload$/, function () { return "Choisir un fichier"; }],
    [/^Drag and drop/, function () { return "Déposer le fichier ici"; }],
    [/^([\d.,]+)\s*MB per file/, function (found) { return "ou le déposer ici\u00a0: " + Math.round(parseFloat(found[1])) + "\u00a0Mo au plus"; }],
    [/^File must be ([\d.,]+)\s*MB or smaller/, function (found) { return "Fichier refusé\u00a0: il dépasse " + Math.round(parseFloat(found[1])) + "\u00a0Mo."; }],
    [/not allowed|too small|too many/i, function () { return "Fichier refusé\u00a0: ce n’est pas un fichier de données."; }],
    [/failed|error|invalid|missing|status code/i, function () { return "Le dépôt a échoué\u00a0: recommencer, ou recharger la page."; }],
  ];
  function dropzone(box) {
    var walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), node;
    while ((node = walker.nextNode())) {
      if (node.parentNode.closest('[data-testid="stIconMaterial"], [data-testid="stFileUploaderFileName"]')) continue;
      DROP.some(function (pair) {
        var found = pair[0].exec(node.nodeValue.trim());
        if (found) node.nodeValue = pair[1](found);
        return found;
      });
    }
    box.querySelectorAll('input[aria-label="file upload"]').forEach(function (input) { input.setAttribute("aria-label", "Fichier"); });
    box.querySelectorAll('[aria-label^="Remove"]').forEach(function (button) { button.setAttribute("aria-label", "Retirer le fichier"); });
  }
  function tidy() {
    skip();
    document.querySelectorAll('[data-testid="stFileUploader"]').forEach(dropzone);
    landmark('[data-testid="stMain"]', "main");
    words(document);
    document.querySelectorAll('[aria-label],[title],img[alt]').forEach(name);
    /* The menu of narrow screens puts its sections between a list and its items. */
    document.querySelectorAll('[data-testid="stSidebarNavItems"]').forEach(function (list) {
      list.setAttribute("role", "list");
      list.querySelectorAll("li").forEach(function (item) {
        if (item.parentNode !== list) item.parentNode.setAttribute("role", "none");
      });
    });
    document.querySelectorAll(".rc-reponse[aria-live]").forEach(function (text) {
      var box = text.parentNode;
      text.removeAttribute("aria-live");
      box.setAttribute("aria-live", "polite");
    });
  }
  /* Words that only a text node holds. */
  function words(root) {
    root.querySelectorAll('[role="listbox"], [data-baseweb="menu"], [data-testid="stSelectboxVirtualDropdown"]').forEach(function (box) {
      if (box.textContent.trim() !== "No results") return;
      var walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) walker.currentNode.nodeValue = FRENCH["No results"];
    });
  }

  /* Streamlit says in English that the server is out of reach; say it here, after a moment. */
  var lost = 0;
  setInterval(function () {
    var app = document.querySelector('[data-testid="stApp"]'), banner = document.querySelector(".rc-coupure");
    var state = app && app.getAttribute("data-test-connection-state");
    lost = state && state !== "CONNECTED" ? lost + 1 : 0;
    if (lost >= 2 && !banner) {
      banner = document.createElement("p");
      banner.className = "rc-coupure";
      banner.setAttribute("role", "alert");
      banner.textContent = "Connexion au serveur interrompue\u00a0: nouvelle tentative en cours…";
      document.body.appendChild(banner);
    }
    if (!lost && banner) banner.remove();
  }, 1500);

  var waiting = false;
  new MutationObserver(function () {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(function () { waiting = false; tidy(); });
  }).observe(document.body, { childList: true, subtree: true });
  tidy();
})();
