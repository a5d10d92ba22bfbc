(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const say = data.words;
  const byId = (id) => document.getElementById(id);
  const fields = new Map(data.fields.map((field) => [field.id, field]));
  const columns = data.fields.filter((field) => field.where.includes("row"));
  const number = new Intl.NumberFormat(data.language);
  const body = document.querySelector("#accounts tbody");
  if (!body) return;

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const text = (field, account) => (field && field.at[account] >= 0 ? field.texts[field.at[account]] : null);
  const nameOf = (account) => text(fields.get("name"), account) ?? text(fields.get("account_id"), account);

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // Which accounts, and in what order ----------------------------------------------------------

  const state = { query: "", chosen: new Map(), sort: null, down: false, page: 0, size: 50 };
  let shown = [];
  let said = null;

  const folded = (value) => value.normalize("NFKC").toLowerCase();
  const searched = () => {
    if (said) return said;
    const among = ["name", "domain", "owner", "territory", "segment", "industry", "place", "ticker", "account_id"];
    const parts = among.map((id) => fields.get(id)).filter(Boolean)
      .map((field) => ({ at: field.at, texts: field.texts.map(folded) }));
    said = Array.from({ length: data.count }, (_, account) =>
      parts.map((part) => (part.at[account] < 0 ? "" : part.texts[part.at[account]])).join("\n"));
    return said;
  };

  const ranks = new Map();
  const rank = (field) => {
    if (!ranks.has(field.id)) {
      const places = field.texts.map((_, place) => place);
      if (field.text) {
        const order = new Intl.Collator(data.language, { numeric: true }).compare;
        places.sort((a, b) => order(field.texts[a], field.texts[b]));
      }
      const found = [];
      places.forEach((place, at) => { found[place] = at; });
      ranks.set(field.id, found);
    }
    return ranks.get(field.id);
  };

  const choose = () => {
    const asked = folded(state.query).split(/\s+/).filter(Boolean);
    const texts = asked.length ? searched() : null;
    const wanted = [...state.chosen].map(([id, place]) => [fields.get(id).at, place]);
    shown = [];
    for (let account = 0; account < data.count; account += 1) {
      if (wanted.every(([at, place]) => at[account] === place) &&
          asked.every((word) => texts[account].includes(word))) shown.push(account);
    }
    if (state.sort) {
      const field = fields.get(state.sort);
      const order = rank(field);
      const turn = state.down ? -1 : 1;
      shown.sort((a, b) => {
        const first = field.at[a], second = field.at[b];
        // What is unknown comes last either way; what is equal stays as the list has it.
        if (first < 0 || second < 0) return (first < 0) - (second < 0) || a - b;
        return turn * (order[first] - order[second]) || a - b;
      });
    }
  };

  // The list ----------------------------------------------------------------------------------

  const cellOf = (field, account, column) => {
    const value = text(field, account);
    const wide = column > 2 ? " wide" : "";
    if (field.id === "name") {
      const label = nameOf(account);
      const open = element("button", { type: "button", "data-account": account, "aria-haspopup": "dialog" }, element("bdi", {}, label));
      open.title = filled(say.open, { name: label });
      return element("th", { scope: "row" }, open);
    }
    const cell = element("td", { class: (field.number || field.id === "fit_score" ? "n" : "") + wide });
    cell.append(element("bdi", {}, value ?? say.none));
    if (field.id === "fit_score" && value !== null) {
      const bar = element("i");
      bar.style.width = `${Number(value)}%`;
      cell.append(element("span", { class: "score", "aria-hidden": "true" }, bar));
    }
    return cell;
  };

  const draw = () => {
    const first = state.page * state.size;
    const some = shown.slice(first, first + state.size);
    const rows = document.createDocumentFragment();
    for (const account of some) {
      rows.append(element("tr", {}, ...columns.map((field, n) => cellOf(field, account, n))));
    }
    body.replaceChildren(rows);
    const of = number.format(data.count);
    byId("shown").textContent = shown.length ? filled(say.shown, { shown: number.format(shown.length), of }) : say.nothing;
    const several = shown.length > state.size;
    byId("pager").hidden = !several;
    byId("earlier").disabled = state.page === 0;
    byId("later").disabled = first + state.size >= shown.length;
    byId("span").textContent = filled(say.span, { first: number.format(first + 1), last: number.format(first + some.length) });
    byId("everyone").hidden = !state.query && !state.chosen.size;
    byId("unsort").hidden = !state.sort;
    for (const header of document.querySelectorAll("#accounts thead th")) {
      const on = header.dataset.field === state.sort;
      if (on) header.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    }
    reachable();
  };

  const renew = () => { state.page = 0; choose(); draw(); };

  // What runs over the edge can be moved by the keyboard.
  const reachable = () => {
    for (const each of document.querySelectorAll(".scroll")) {
      if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
      else each.removeAttribute("tabindex");
    }
  };

  // One account -------------------------------------------------------------------------------

  const dialog = byId("account");

  const site = (domain) => {
    // Only a bare host becomes a link.
    try {
      const address = new URL(`https://${domain}`);
      if (address.href === `https://${address.hostname}/` && address.hostname.includes(".")) return address.href;
    } catch { /* It stays a text. */ }
    return null;
  };

  const valueOf = (field, account) => {
    const value = text(field, account);
    const href = field.id === "domain" ? site(value) : null;
    const told = element("bdi", {}, value);
    return href ? element("a", { href, rel: "noreferrer noopener", target: "_blank" }, told) : told;
  };

  const about = (heading, where, account) => {
    const known = data.fields.filter((field) => field.where.includes(where) && field.at[account] >= 0);
    if (!known.length) return [];
    const list = element("dl");
    for (const field of known) list.append(element("dt", {}, field.label), element("dd", {}, valueOf(field, account)));
    return [element("h3", {}, heading), list];
  };

  const points = (hundredths) => number.format(hundredths / 100);

  const apart = (account) => {
    const card = data.cards[data.card?.[account]];
    const codes = data.codes && text(data.codes, account);
    if (!card || codes === null) return [];
    const decided = codes.split(",");
    const rows = element("tbody");
    let sum = 0;
    card.criteria.forEach((criterion, n) => {
      const facts = criterion.fields.map((id) => fields.get(id))
        .map((field) => `${field.label} ${text(field, account) ?? say.unknown}`).join(say.comma);
      const earned = data.points[criterion.id][account];
      if (earned !== null) sum += earned;
      rows.append(element("tr", {},
        element("th", { scope: "row" }, criterion.id),
        element("td", {}, element("bdi", {}, facts), element("span", { class: "because" }, criterion.codes[decided[n]] ?? "")),
        element("td", { class: "n" }, earned === null ? say.none : points(earned)),
        element("td", { class: "n" }, points(criterion.best))));
    });
    const heads = [[say.criterion, ""], [say.facts, ""], [say.earned, "n"], [say.best, "n"]];
    const score = text(fields.get("fit_score"), account);
    return [element("h3", { id: "apart" }, say.points), element("div", { class: "scroll" }, element("table", { "aria-labelledby": "apart" },
      element("thead", {}, element("tr", {}, ...heads.map(([title, kind]) => element("th", { scope: "col", class: kind }, title)))),
      rows,
      element("tfoot", {}, element("tr", {}, element("th", { scope: "row", colspan: "2" }, say.sum),
        element("td", { class: "n" }, score === null ? say.none : points(sum)), element("td", { class: "n" }, "100")))))];
  };

  const unknown = (account) => {
    const asked = new Set(columns.filter((field) => field.id !== "change").map((field) => field.id));
    const card = data.cards[data.card?.[account]];
    for (const criterion of card?.criteria ?? []) criterion.fields.forEach((id) => asked.add(id));
    const missing = [...asked].map((id) => fields.get(id)).filter((field) => field.at[account] < 0);
    if (!missing.length) return [];
    return [element("h3", {}, say.isUnknown), element("p", {}, missing.map((field) => field.label).join(say.comma))];
  };

  const open = (account) => {
    byId("account-name").replaceChildren(element("bdi", {}, nameOf(account)));
    byId("account-body").replaceChildren(
      ...about(say.standing, "standing", account), ...apart(account), ...unknown(account),
      ...about(say.about, "about", account), ...about(say.origin, "origin", account));
    dialog.showModal();
    dialog.scrollTop = 0;
    history.replaceState(null, "", `#account=${encodeURIComponent(text(fields.get("account_id"), account) ?? "")}`);
    reachable();
  };

  const byAddress = () => {
    if (!location.hash.startsWith("#account=")) return;
    const ids = fields.get("account_id");
    let wanted = "";
    try { wanted = decodeURIComponent(location.hash.slice(9)); } catch { return; }
    const place = ids ? ids.texts.indexOf(wanted) : -1;
    if (place >= 0) open(ids.at.indexOf(place));
  };

  // What people do ----------------------------------------------------------------------------

  let waiting = 0;
  byId("query").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.query = event.target.value; renew(); }, 120);
  });
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  for (const select of document.querySelectorAll("#controls select[data-field]")) {
    select.addEventListener("change", () => {
      if (select.value === "") state.chosen.delete(select.dataset.field);
      else state.chosen.set(select.dataset.field, Number(select.value));
      renew();
    });
  }
  byId("size").addEventListener("change", (event) => { state.size = Number(event.target.value); renew(); });
  byId("everyone").addEventListener("click", () => {
    clearTimeout(waiting);
    byId("controls").querySelectorAll("[data-field]").forEach((select) => { select.value = ""; });
    byId("query").value = "";
    state.query = "";
    state.chosen.clear();
    renew();
    byId("query").focus();
  });
  byId("unsort").addEventListener("click", () => { state.sort = null; renew(); byId("query").focus(); });
  document.querySelector("#accounts thead").addEventListener("click", (event) => {
    const id = event.target.closest("button")?.closest("th")?.dataset.field;
    if (!id) return;
    const field = fields.get(id);
    if (state.sort === id) state.down = !state.down;
    else { state.sort = id; state.down = field.number || id === "fit_score"; }
    renew();
  });
  const turn = (by) => () => { state.page += by; draw(); byId("list").scrollIntoView(); byId("list").focus(); };
  byId("earlier").addEventListener("click", turn(-1));
  byId("later").addEventListener("click", turn(1));
  body.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) open(Number(button.dataset.account));
  });
  byId("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));
  window.addEventListener("resize", reachable);
  window.addEventListener("hashchange", byAddress);

  byId("controls").hidden = false;
  // What a browser kept of the form when it opened the page anew.
  byId("controls").reset();
  renew();
  byAddress();
})();
