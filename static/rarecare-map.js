/* Cartes de RareCare : dessine dans Leaflet les couches que rarecare/maps décrit.
   La géométrie est lue par adresse et gardée par le navigateur ; seules les classes et les étiquettes voyagent.
   A change of filters calls LayerSet again: the layers that stay are restyled, never rebuilt. */
(function () {
  "use strict";

  var INK = "#10262c";
  var LAND = "#e6ebea";
  var REDUCED = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var geometries = {};

  function geometry(url) {
    if (!geometries[url]) {
      geometries[url] = fetch(url).then(function (answer) {
        if (!answer.ok) throw new Error(url + " : " + answer.status);
        return answer.json();
      });
      geometries[url].catch(function () { delete geometries[url]; });
    }
    return geometries[url];
  }

  function escape(text) {
    var span = document.createElement("span");
    span.textContent = text;
    return span.innerHTML;
  }

  /* Rows come as one text: "|" between rows, "~" between fields. */
  function unpack(text) {
    return text ? text.split("|").map(function (row) { return row.split("~"); }) : [];
  }

  function tip(name, text) {
    var lines = escape(text || "").replace(/\n/g, "<br>");
    return "<strong>" + escape(name) + "</strong>" + (lines ? "<span>" + lines + "</span>" : "");
  }

  /* The value goes straight to Streamlit: streamlit-folium would wait 250 ms and send the whole polygon. */
  function send(atlas, properties) {
    atlas.clicks += 1;
    var feature = { type: "Feature", id: properties.code, geometry: null,
      properties: Object.assign({ clic: atlas.clicks }, properties) };
    atlas.sent = feature;
    var shared = window.__GLOBAL_DATA__;
    if (!shared || !window.Streamlit) return;
    /* The page must know that the reader acted: it decides whether the history gets a new step. */
    try { window.parent.document.dispatchEvent(new CustomEvent("rc-geste")); } catch (error) { /* another origin */ }
    var data = { last_active_drawing: feature };
    shared.last_active_drawing = feature;
    shared.previous_data = data;
    window.Streamlit.setComponentValue(data);
  }

  /* One stop of the Tab key for a whole layer; the arrows go to the nearest neighbour on that side. */
  function Roving() { this.items = []; this.current = null; }
  Roving.prototype.set = function (items, preferred) {
    var roving = this;
    this.items = items;
    this.current = null;
    items.forEach(function (item) {
      item.element.setAttribute("tabindex", "-1");
      if (!item.element._rcRoving) {
        item.element._rcRoving = true;
        item.element.addEventListener("keydown", function (event) { roving.key(event, item); });
        item.element.addEventListener("focus", function () { roving.show(item); });
        item.element.addEventListener("blur", function () { item.blur(); });
      }
    });
    this.stop(preferred || items[0]);
  };
  Roving.prototype.stop = function (item) {
    if (this.current) this.current.element.setAttribute("tabindex", "-1");
    this.current = item || null;
    if (item) item.element.setAttribute("tabindex", "0");
  };
  Roving.prototype.show = function (item) { this.stop(item); item.focus(); };
  Roving.prototype.key = function (event, item) {
    var turn = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); item.click(); }
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    var from = item.point(), best = null, least = Infinity;
    this.items.forEach(function (other) {
      if (other === item) return;
      var to = other.point(), x = to.x - from.x, y = to.y - from.y;
      var along = x * turn[0] + y * turn[1], across = Math.abs(x * turn[1]) + Math.abs(y * turn[0]);
      if (along <= 0 || across > 2 * along) return;
      var far = along + 2 * across;
      if (far < least) { least = far; best = other; }
    });
    if (best) best.element.focus();
  };

  var HATCHES =
    '<pattern id="rc-hachure-0" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    '<rect width="7" height="7" fill="#f3f4f3"/><rect width="2.6" height="7" fill="#7d8a8d"/></pattern>' +
    '<pattern id="rc-hachure-1" width="7" height="7" patternUnits="userSpaceOnUse">' +
    '<rect width="7" height="7" fill="#f6f7f6"/><circle cx="3.5" cy="3.5" r="1.25" fill="#98a3a5"/></pattern>';

  function hatch(map) {
    var svg = map.getPane("overlayPane").querySelector("svg");
    if (!svg || svg.querySelector("#rc-hachure-0")) return;
    var defs = document.createElementNS("http://www.w3.org/2000/svg", "defs");
    defs.innerHTML = HATCHES;
    svg.insertBefore(defs, svg.firstChild);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", map._rc.label);
  }

  /* Territories. ------------------------------------------------------------------------------------------------ */
  function Territories(atlas) { this.atlas = atlas; this.roving = new Roving(); this.layers = {}; }

  Territories.prototype.update = function (spec) {
    var own = this;
    return geometry(spec.url).then(function (shapes) {
      if (own.atlas.parts[spec.id] !== own) return;
      own.spec = spec;
      own.values = {};
      unpack(spec.values).forEach(function (row) {
        row[2].split(" ").forEach(function (code) { own.values[code] = [Number(row[0]), (spec.prefix || "") + row[1]]; });
      });
      if (own.url !== spec.url) own.build(shapes, spec.url);
      own.paint();
    });
  };

  Territories.prototype.build = function (shapes, url) {
    var own = this, map = this.atlas.map;
    this.remove();
    this.url = url;
    this.layers = {};
    this.group = L.geoJSON(shapes, {
      style: { weight: 0.8, color: "#fff", fillOpacity: 1, fillColor: LAND, className: "rc-territoire" },
      onEachFeature: function (feature, layer) { own.listen(feature, layer); },
    }).addTo(map);
    hatch(map);
    this.atlas.home(this.group.getBounds());
  };

  Territories.prototype.listen = function (feature, layer) {
    var own = this, code = String(feature.id !== undefined ? feature.id : feature.properties.code);
    this.layers[code] = layer;
    layer.rcCode = code;
    layer.rcName = feature.properties.nom || code;
    layer.toGeoJSON = function () { return own.atlas.sent; };
    layer.bindTooltip("", { sticky: true, direction: "top", offset: [0, -8], className: "rc-bulle", opacity: 1 });
    layer.on("mouseover", function (event) {
      layer.getTooltip().options.direction = side(own.atlas.map, event.latlng);
      own.hover(layer, true);
    });
    layer.on("mouseout", function () { own.hover(layer, false); });
    layer.on("click", function (event) {
      if (own.spec.clickable) send(own.atlas, { genre: "territoire", code: code, nom: layer.rcName });
      else own.atlas.point(event.latlng, code, layer.rcName);
      L.DomEvent.stopPropagation(event);
    });
  };

  /* A ring above the others: bringing the shape itself to the front would move it in the page and lose the focus. */
  Territories.prototype.hover = function (layer, on) {
    if (this.ring) { this.ring.remove(); this.ring = null; }
    if (!on || !this.spec || this.spec.selected === layer.rcCode) return;
    this.ring = L.geoJSON(layer.feature, { interactive: false, style: { fill: false, color: INK, weight: 1.8 } });
    this.ring.addTo(this.atlas.map);
  };

  Territories.prototype.paint = function () {
    var own = this, spec = this.spec, items = [];
    Object.keys(this.layers).forEach(function (code) {
      var layer = own.layers[code], value = own.values[code], text = value ? value[1] : spec.missing;
      layer.setStyle({ fillColor: own.fill(value), fillOpacity: spec.fill ? 1 : 0.001, color: spec.line, weight: spec.weight });
      layer.setTooltipContent(tip(layer.rcName, text));
      own.name(layer, text);
      if (spec.clickable) items.push(own.item(layer));
    });
    this.select();
    this.roving.set(items, items.filter(function (item) { return item.code === spec.selected; })[0]);
  };

  Territories.prototype.fill = function (value) {
    if (!value) return this.spec.values ? "url(#rc-hachure-1)" : LAND;
    return value[0] < 0 ? "url(#rc-hachure-" + (-1 - value[0]) + ")" : this.spec.colours[value[0]];
  };

  Territories.prototype.name = function (layer, text) {
    var element = layer.getElement();
    if (!element) return;
    element.setAttribute("aria-label", layer.rcName + (text ? "\u00a0: " + text.replace(/\n/g, ", ") : ""));
    element.setAttribute("role", this.spec.clickable ? "button" : "img");
    if (this.spec.clickable) element.setAttribute("aria-pressed", String(this.spec.selected === layer.rcCode));
    element.style.cursor = this.spec.clickable ? "pointer" : "default";
  };

  Territories.prototype.item = function (layer) {
    var map = this.atlas.map, own = this;
    if (layer.rcItem) return layer.rcItem;
    layer.rcItem = {
      code: layer.rcCode, element: layer.getElement(),
      point: function () { return map.latLngToLayerPoint(layer.getBounds().getCenter()); },
      focus: function () { own.hover(layer, true); layer.openTooltip(layer.getBounds().getCenter()); },
      blur: function () { own.hover(layer, false); layer.closeTooltip(); },
      click: function () { send(own.atlas, { genre: "territoire", code: layer.rcCode, nom: layer.rcName }); },
    };
    return layer.rcItem;
  };

  Territories.prototype.select = function () {
    var map = this.atlas.map, layer = this.layers[this.spec.selected];
    if (this.outline) { this.outline.remove(); this.outline = null; }
    if (!layer) return;
    var value = this.values[this.spec.selected], shape = layer.feature;
    var box = layer.getBounds(), middle = box.getCenter(), direction = side(map, middle);
    var place = { top: [box.getNorth(), middle.lng], right: [middle.lat, box.getEast()], left: [middle.lat, box.getWest()] }[direction];
    this.outline = L.layerGroup([
      L.geoJSON(shape, { interactive: false, style: { fill: false, color: "#fff", weight: 5, opacity: 0.9 } }),
      L.geoJSON(shape, { interactive: false, style: { fill: false, color: INK, weight: 2.4 } }),
    ]).addTo(map);
    if (this.spec.unnamed) return;
    this.outline.addLayer(L.tooltip({ permanent: true, direction: direction, className: "rc-bulle rc-bulle-choix", opacity: 1,
      interactive: false, content: tip(layer.rcName, value ? value[1] : this.spec.missing) }).setLatLng(place));
  };

  Territories.prototype.remove = function () {
    if (this.group) this.group.remove();
    if (this.outline) this.outline.remove();
    if (this.ring) this.ring.remove();
    this.group = this.outline = this.ring = null;
  };

  /* Frames of the overseas départements. -------------------------------------------------------------------------- */
  function Frames(atlas) { this.atlas = atlas; }
  Frames.prototype.update = function (spec) {
    var own = this;
    if (this.url === spec.url) return Promise.resolve();
    return geometry(spec.url).then(function (shapes) {
      own.remove();
      own.url = spec.url;
      own.labels = [];
      own.group = L.geoJSON(shapes, {
        interactive: false,
        style: { fill: false, weight: 1, color: "#9fb0b3", lineJoin: "miter" },
      });
      shapes.features.forEach(function (feature) { own.label(feature); });
      own.write = own.write || function () { own.name(); };
      own.group.addTo(own.atlas.map);
      own.atlas.map.on("zoomend resize", own.write);
      own.write();
      own.atlas.home(own.group.getBounds());
    });
  };
  Frames.prototype.label = function (feature) {
    var map = this.atlas.map, frame = feature.properties, box = L.geoJSON(feature).getBounds();
    var icon = L.divIcon({ className: "rc-cadre", html: "<span></span>", iconSize: [0, 0] });
    var place = [frame.etiquette_latitude, frame.etiquette_longitude];
    var marker = L.marker(place, { icon: icon, interactive: false, keyboard: false, pane: "rcNoms" });
    this.labels.push({ frame: frame, marker: marker, width: function () {
      return map.latLngToLayerPoint(box.getNorthEast()).x - map.latLngToLayerPoint(place).x;
    } });
    this.group.addLayer(marker);
  };
  /* Names when every frame is wide enough for its own, else codes: one form for all. */
  Frames.prototype.name = function () {
    var wide = this.labels.every(function (label) { return label.width() > 5.8 * label.frame.nom.length; });
    this.labels.forEach(function (label) {
      var element = label.marker.getElement();
      if (element) element.firstChild.textContent = wide ? label.frame.nom : label.frame.code;
    });
  };
  Frames.prototype.remove = function () {
    if (this.write) this.atlas.map.off("zoomend resize", this.write);
    if (this.group) this.group.remove();
    this.group = null;
  };

  /* Image of the finest grain (one cell, one commune). ------------------------------------------------------------- */
  function Raster(atlas) { this.atlas = atlas; }
  Raster.prototype.update = function (spec) {
    this.atlas.points = spec.clickable;
    if (this.image && this.url === spec.url) return Promise.resolve();
    var own = this, old = this.image;
    this.url = spec.url;
    this.image = L.imageOverlay(spec.url, spec.bounds, { pane: "rcImage", alt: spec.alt, className: "rc-image" });
    var image = this.image;
    this.atlas.home(image.getBounds());
    return new Promise(function (done) {
      image.once("load", function () { if (old) old.remove(); done(); });
      image.once("error", function () { if (old) old.remove(); own.atlas.fail(); done(); });
      image.addTo(own.atlas.map);
    });
  };
  Raster.prototype.remove = function () { if (this.image) this.image.remove(); this.image = null; this.atlas.points = false; };

  /* A chosen place, named, and the lines that lead from it to hospitals. ------------------------------------------- */
  function Mark(atlas) { this.atlas = atlas; }
  Mark.prototype.update = function (spec) {
    var map = this.atlas.map, place = L.latLng(spec.place), quiet = { interactive: false, pane: "rcRepere" };
    this.remove();
    this.group = L.layerGroup(spec.lines.map(function (end) {
      return L.polyline([place, end], Object.assign({ color: "#fff", weight: 4, opacity: 0.85 }, quiet));
    }).concat(spec.lines.map(function (end) {
      return L.polyline([place, end], Object.assign({ color: INK, weight: 1.6, dashArray: "1 5", lineCap: "round" }, quiet));
    }), [
      L.circleMarker(place, Object.assign({ radius: 7, color: "#fff", weight: 3, fillColor: "#c4450c", fillOpacity: 1 }, quiet)),
      L.tooltip({ permanent: true, direction: side(map, place), className: "rc-bulle rc-bulle-choix", opacity: 1,
        offset: { top: [0, -8], right: [8, 0], left: [-8, 0] }[side(map, place)], interactive: false,
        content: tip(spec.nom, spec.text) }).setLatLng(place),
    ])).addTo(map);
    return Promise.resolve();
  };
  Mark.prototype.remove = function () { if (this.group) this.group.remove(); this.group = null; };

  /* Hospitals. ---------------------------------------------------------------------------------------------------- */
  var SHAPES = {
    losange: function (r) { r *= 1.22; return "M0," + -r + "L" + r + ",0L0," + r + "L" + -r + ",0Z"; },
    triangle: function (r) { r *= 1.28; return "M0," + -r + "L" + r * 0.93 + "," + r * 0.62 + "L" + -r * 0.93 + "," + r * 0.62 + "Z"; },
    carre: function (r) { r *= 0.88; return "M" + -r + "," + -r + "H" + r + "V" + r + "H" + -r + "Z"; },
    rond: function (r) { return "M" + -r + ",0A" + r + "," + r + " 0 1 1 " + r + ",0A" + r + "," + r + " 0 1 1 " + -r + ",0Z"; },
  };

  function radius(count, width) { return (4.2 + 2.3 * Math.sqrt(count)) * Math.max(0.72, Math.min(1, width / 620)); }

  /* A label stays inside the frame: above the place, or beside it near an edge. */
  function side(map, place) {
    var x = map.latLngToContainerPoint(place).x;
    return x < 90 ? "right" : x > map.getSize().x - 90 ? "left" : "top";
  }

  function Sites(atlas) { this.atlas = atlas; this.roving = new Roving(); }

  /* Hospitals of one town would hide each other: push them apart on screen, each kept as near its town as it can be. */
  Sites.prototype.spread = function () {
    var map = this.atlas.map, points = this.markers.map(function (marker) {
      var home = map.project(marker.rcHome);
      return { marker: marker, home: home, x: home.x, y: home.y, r: marker.rcRadius };
    });
    for (var turn = 0; turn < 60; turn += 1) {
      var moved = false;
      for (var i = 0; i < points.length; i += 1) {
        for (var j = i + 1; j < points.length; j += 1) {
          var a = points[i], b = points[j], x = b.x - a.x, y = b.y - a.y, room = 0.92 * (a.r + b.r);
          var far = Math.sqrt(x * x + y * y);
          if (far >= room) continue;
          /* Same place: leave in a direction of its own, always the same one. */
          if (far < 0.01) { x = Math.cos(2.4 * j); y = Math.sin(2.4 * j); far = 1; }
          var push = (room - Math.min(far, room)) / 2 / far, weight = a.r / (a.r + b.r);
          a.x -= x * push * 2 * (1 - weight); a.y -= y * push * 2 * (1 - weight);
          b.x += x * push * 2 * weight; b.y += y * push * 2 * weight;
          moved = true;
        }
      }
      if (!moved) break;
      points.forEach(function (point) { point.x += (point.home.x - point.x) * 0.03; point.y += (point.home.y - point.y) * 0.03; });
    }
    points.forEach(function (point) { point.marker.setLatLng(map.unproject(L.point(point.x, point.y))); });
  };

  /* The hospitals are in the message, or in a file that the browser keeps. */
  Sites.prototype.update = function (spec) {
    var own = this;
    if (!spec.url) return Promise.resolve(this.draw(spec));
    this.url = spec.url;
    return geometry(spec.url).then(function (file) {
      if (own.url === spec.url && own.atlas.parts[spec.id] === own) own.draw(Object.assign({}, file, spec));
    });
  };

  Sites.prototype.draw = function (spec) {
    var own = this, items = [], group = L.layerGroup();
    this.markers = [];
    if (!this.respread) {
      this.respread = function () { own.spread(); };
      this.atlas.map.on("zoomend", this.respread);
    }
    unpack(spec.sites).forEach(function (row, index) {
      var marker = own.marker(row, spec, index);
      group.addLayer(marker);
      own.markers.push(marker);
      marker.once("add", function () { items.push(own.item(marker, row, spec)); });
    });
    group.addTo(this.atlas.map);
    if (this.group) this.group.remove();
    this.group = group;
    this.spread();
    this.roving.set(items, null);
  };

  /* row: latitude, longitude, shape, number of centres, 1 when to confirm, identifier, name, text; all as text */
  Sites.prototype.marker = function (row, spec, index) {
    var shape = spec.shapes[row[2]], r = radius(Number(row[3]), this.atlas.map.getSize().x), half = Math.ceil(r * 1.3) + 3, hollow = row[4] === "1";
    var path = '<path d="' + SHAPES[shape](r) + '" class="' + (hollow ? "rc-creux" : "rc-plein") + '"/>';
    var html = '<svg width="' + 2 * half + '" height="' + 2 * half + '" viewBox="' + [-half, -half, 2 * half, 2 * half].join(" ") +
      '" aria-hidden="true" focusable="false">' + path + "</svg>";
    var icon = L.divIcon({ className: "rc-site" + (row[5] === spec.selected ? " rc-site-choisi" : "") + (spec.pale ? " rc-site-pale" : ""), html: html,
      iconSize: [2 * half, 2 * half], iconAnchor: [half, half] });
    var marker = L.marker([row[0], row[1]], { icon: icon, keyboard: false, zIndexOffset: (spec.pale ? -20000 : 0) + 1000 * (9 - row[2]) + index,
      interactive: true });
    marker.bindTooltip(tip(row[6], row[7]), { direction: "top", offset: [0, -r], className: "rc-bulle", opacity: 1 });
    marker.toGeoJSON = function () { return this.rcAtlas ? this.rcAtlas.sent : null; };
    marker.rcAtlas = this.atlas;
    marker.rcHome = marker.getLatLng();
    marker.rcRadius = r;
    return marker;
  };

  Sites.prototype.item = function (marker, row, spec) {
    var own = this, map = this.atlas.map, element = marker.getElement();
    function click() { if (spec.clickable) send(own.atlas, { genre: "site", code: row[5], nom: row[6] }); }
    element.setAttribute("role", spec.clickable ? "button" : "img");
    element.setAttribute("aria-label", row[6] + (row[7] ? "\u00a0: " + row[7].replace(/\n/g, ", ") : ""));
    marker.on("click", click);
    return {
      code: row[5], element: element, click: click,
      point: function () { return map.latLngToLayerPoint(marker.getLatLng()); },
      focus: function () { marker.openTooltip(); },
      blur: function () { marker.closeTooltip(); },
    };
  };
  Sites.prototype.remove = function () {
    if (this.group) this.group.remove();
    this.atlas.map.off("zoomend", this.respread);
    this.group = this.respread = null;
  };

  /* The map itself. ----------------------------------------------------------------------------------------------- */
  var KINDS = { territoires: Territories, cadres: Frames, image: Raster, sites: Sites, repere: Mark };

  function Atlas(map, label) {
    this.map = map;
    this.label = label;
    this.parts = {};
    this.clicks = 0;
    this.sent = null;
    this.points = false;
    this.bounds = null;
    this.moved = false;
  }

  Atlas.prototype.draw = function (specs, view) {
    var atlas = this, container = this.map.getContainer(), wanted = {};
    container.setAttribute("aria-busy", "true");
    if (this.alarm) { this.alarm.remove(); this.alarm = null; }
    specs.forEach(function (spec) { wanted[spec.id] = true; });
    Object.keys(this.parts).forEach(function (id) {
      if (!wanted[id]) { atlas.parts[id].remove(); delete atlas.parts[id]; }
    });
    var jobs = specs.map(function (spec) {
      if (!atlas.parts[spec.id]) atlas.parts[spec.id] = new KINDS[spec.kind](atlas);
      return atlas.parts[spec.id].update(spec);
    });
    Promise.all(jobs).then(function () { atlas.look(view); }, function () { atlas.fail(); })
      .then(function () {
        atlas.map.invalidateSize({ animate: false, pan: false });
        container.removeAttribute("aria-busy");
        container.dataset.tracees = String(1 + Number(container.dataset.tracees || 0));
      });
  };

  Atlas.prototype.home = function (bounds) {
    this.bounds = this.bounds ? this.bounds.extend(bounds) : L.latLngBounds(bounds.getSouthWest(), bounds.getNorthEast());
    this.settle();
  };

  /* Show the whole country in the room there is, unless the reader went elsewhere. The limits come after the view:
     set before, they start a slide that ends where the previous size wanted it. */
  Atlas.prototype.settle = function () {
    if (this.moved || !this.bounds) return;
    this.map.stop();
    this.map.options.maxBounds = null;
    this.fit(this.bounds, false);
    this.map.options.maxBounds = this.bounds.pad(0.5);
  };

  Atlas.prototype.fit = function (bounds, animate) {
    this.map.fitBounds(bounds, { padding: [6, 6], animate: Boolean(animate) && !REDUCED, duration: 0.4 });
  };

  /* Go to the wanted view once, then leave the reader free. */
  Atlas.prototype.look = function (view) {
    var key = JSON.stringify(view || null);
    if (key === this.viewKey) return;
    var first = this.viewKey === undefined;
    this.viewKey = key;
    if (view) { this.moved = true; this.fit(L.latLngBounds(view), !first); }
    else if (!first && this.bounds) { this.moved = false; this.fit(this.bounds, true); }
  };

  Atlas.prototype.point = function (place, code, name) {
    if (this.points) {
      send(this, { genre: "point", code: code, nom: name,
        latitude: Number(place.lat.toFixed(5)), longitude: Number(place.lng.toFixed(5)) });
    }
  };

  Atlas.prototype.fail = function () {
    if (this.alarm) return;
    this.alarm = L.DomUtil.create("div", "rc-panne", this.map.getContainer());
    this.alarm.setAttribute("role", "alert");
    this.alarm.textContent = "Le fond de carte n’a pas pu être chargé. Rechargez la page\u00a0; les chiffres du tableau restent valables.";
  };

  var Home = L.Control.extend({
    options: { position: "topleft" },
    onAdd: function (map) {
      var bar = L.DomUtil.create("div", "leaflet-bar leaflet-control");
      var button = L.DomUtil.create("a", "rc-recentrer", bar);
      button.href = "#";
      button.title = "Revenir à la vue d’ensemble";
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", button.title);
      button.innerHTML = '<span aria-hidden="true">⤢</span>';
      L.DomEvent.on(button, "click", function (event) {
        L.DomEvent.stop(event);
        map._rc.moved = false;
        if (map._rc.bounds) map._rc.fit(map._rc.bounds, true);
      });
      return bar;
    },
  });

  function dress(map, label) {
    document.documentElement.lang = "fr";
    try { if (window.frameElement) window.frameElement.title = label; } catch (error) { /* another origin: nothing to name */ }
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", label);
    /* Leaflet focuses the map at each press of the mouse: the page would jump to show it whole, and the click be lost. */
    map.getContainer().focus = function () { HTMLElement.prototype.focus.call(this, { preventScroll: true }); };
    map.createPane("rcImage").style.zIndex = 350;
    /* Names of the frames: over the hospitals (600), under the bubbles (650). */
    /* Lines of a chosen place: above territories, whose shapes may come later, and below hospitals. */
    map.createPane("rcRepere").style.cssText = "z-index: 450; pointer-events: none";
    map.createPane("rcNoms").style.cssText = "z-index: 620; pointer-events: none";
    L.control.zoom({ position: "topleft", zoomInTitle: "Zoomer", zoomOutTitle: "Dézoomer" }).addTo(map);
    new Home().addTo(map);
    map.on("resize", function () { map._rc.settle(); });
    /* The style sheets arrive after the map: Leaflet must learn its final size, and every later one. */
    new ResizeObserver(function () { map.invalidateSize({ animate: false, pan: false }); }).observe(map.getContainer());
    map.on("dragstart", function () { map._rc.moved = true; });
    map.getContainer().addEventListener("click", function (event) {
      if (event.target.closest(".leaflet-control-zoom")) map._rc.moved = true;
    });
    map.getContainer().addEventListener("wheel", function (event) {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      map._rc.moved = true;
      map.setZoomAround(map.mouseEventToLatLng(event), map.getZoom() - event.deltaY / 200);
    }, { passive: false });
    /* A finger scrolls the page; it moves the map only once the reader has zoomed. */
    if (window.matchMedia("(pointer: coarse)").matches) {
      map.dragging.disable();
      map.on("zoomend", function () { map.dragging[map._rc.moved ? "enable" : "disable"](); });
    }
  }

  var LayerSet = L.Layer.extend({
    initialize: function () { this._specs = []; this._view = null; },
    put: function (spec) { this._specs.push(spec); return this; },
    view: function (bounds) { this._view = bounds; return this; },
    onAdd: function (map) { map._rc.draw(this._specs, this._view); },
    onRemove: function () { /* the next set decides what goes */ },
  });

  window.rarecare = {
    map: function (element, options) {
      var map = L.map(element, { center: [46.6, 2.4], zoom: 5, zoomSnap: 0, zoomDelta: 0.75, minZoom: 3, maxZoom: 12,
        zoomControl: false, attributionControl: false, scrollWheelZoom: false, doubleClickZoom: true,
        maxBoundsViscosity: 0.8, boxZoom: false, zoomAnimation: !REDUCED, fadeAnimation: !REDUCED });
      map._rc = new Atlas(map, options.label);
      dress(map, options.label);
      return map;
    },
    layers: function () { return new LayerSet(); },
    geometry: geometry,
  };
})();
